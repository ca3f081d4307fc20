package io.tokentally.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The strict limit that everybody builds: one conditional {@code UPDATE} of the user's row, a transaction each. Many
 * callers share a pool as large as the service's.
 */
final class DirectUpdate implements Worker {

    private static final int POOL = 20;

    private static final String UPDATE = """
            update bench_balance set held_calls = held_calls + 1
            where tenant_id = 'bench' and user_key = 1 and month = '2026-01-01' and used_calls + held_calls < ?""";

    private final BlockingQueue<PreparedStatement> pool;

    private DirectUpdate(BlockingQueue<PreparedStatement> pool) {
        this.pool = pool;
    }

    static void createTable(Installation installation) throws SQLException {
        try (Connection connection = installation.connectAsOwner();
                var statement = connection.createStatement()) {
            statement.execute("create table bench_balance (like quota_balance including all) with (fillfactor = 50)");
            statement.execute("""
                    insert into bench_balance (tenant_id, user_key, month, events, used_calls, used_prompt_tokens,
                        used_completion_tokens, used_cost, unpriced_calls)
                    values ('bench', 1, '2026-01-01', 0, 0, 0, 0, 0, 0)""");
        }
    }

    static Measured run(int callers, Installation installation, Duration time) throws Exception {
        var pool = new ArrayBlockingQueue<PreparedStatement>(POOL);
        List<Connection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < POOL; i++) {
                connections.add(installation.connectAsOwner());
                PreparedStatement update = connections.getLast().prepareStatement(UPDATE);
                update.setLong(1, Long.MAX_VALUE);
                pool.add(update);
            }
            return Worker.run(callers, () -> new DirectUpdate(pool), time);
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    @Override
    public long once() throws Exception {
        PreparedStatement update = pool.take();
        try {
            return update.executeUpdate();
        } finally {
            pool.put(update);
        }
    }

    @Override
    public void close() {}
}
