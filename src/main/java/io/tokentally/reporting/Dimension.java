package io.tokentally.reporting;

import io.tokentally.shared.Text;
import io.tokentally.shared.UserId;
import java.util.Locale;

/** What calls can be told apart by: each a column of {@code user_api_usage} and a query parameter. */
enum Dimension {
    USER("user_key", "userId", UserId.MAX_BYTES, true),
    ENDPOINT("endpoint", "endpoint", Text.MAX_NAME_BYTES, false),
    MODEL("model", "model", Text.MAX_NAME_BYTES, false),
    PROVIDER("provider", "provider", Text.MAX_NAME_BYTES, true),
    CALL_TYPE("call_type", "callType", Text.MAX_NAME_BYTES, true),
    SCOPE("scope", "scope", Text.MAX_NAME_BYTES, true),
    SESSION("session_id", "sessionId", Text.MAX_ID_BYTES, true),
    GIT_BRANCH("git_branch", "gitBranch", Text.MAX_ID_BYTES, true),
    SOURCE("source", "source", Text.MAX_NAME_BYTES, false),
    SUCCESS("success", "success", "false".length(), false);

    private final String column;
    private final String parameter;
    private final int maxBytes;
    private final boolean canBeAbsent;

    Dimension(String column, String parameter, int maxBytes, boolean canBeAbsent) {
        this.column = column;
        this.parameter = parameter;
        this.maxBytes = maxBytes;
        this.canBeAbsent = canBeAbsent;
    }

    String column() {
        return column;
    }

    /** Of a query; the name of the SQL value too. */
    String parameter() {
        return parameter;
    }

    /** As in {@code by=call_type}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As intake takes it. */
    int maxBytes() {
        return maxBytes;
    }

    /** Whether there are calls without one. */
    boolean canBeAbsent() {
        return canBeAbsent;
    }
}
