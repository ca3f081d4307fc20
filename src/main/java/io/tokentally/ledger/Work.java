package io.tokentally.ledger;

import io.tokentally.shared.TenantId;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What one caller waits for: a command, or some of a batch.
 *
 * @param answers one per command, in their order, when they are on disk
 */
record Work(List<Command> commands, CompletableFuture<List<Answer>> answers) {

    static Work of(List<? extends Command> commands) {
        return new Work(List.copyOf(commands), new CompletableFuture<>());
    }

    /** A caller's commands are all of one tenant. */
    TenantId tenant() {
        return commands.getFirst().tenant();
    }

    boolean isBulk() {
        return commands.size() > 1;
    }
}
