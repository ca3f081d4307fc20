package io.tokentally.tenancy;

import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.UserId;
import java.time.OffsetDateTime;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Which keys are asked for; null: whichever.
 *
 * @param user whom they stand for
 * @param personal whether they stand for somebody
 */
public record ApiKeyFilter(UserId user, Boolean personal, ApiKeyView.State state) {

    /** Over {@code k}, a key, and {@code u}, whom it stands for. */
    static final String CONDITION = """
            (:user::text is null or u.user_id = :user)
            and (:personal::boolean is null or (k.user_key is not null) = :personal)
            and (:state::text is null or :state = case
                when k.revoked_at is not null then 'REVOKED'
                when k.expires_at <= :now then 'EXPIRED'
                else 'ACTIVE' end)""";

    /** To be used only once {@code parameters} are good. */
    public static ApiKeyFilter read(QueryParameters parameters, String userId, String personal, String state) {
        return new ApiKeyFilter(
                parameters.userId("userId", userId),
                parameters.truth("personal", personal),
                parameters.oneOf("state", state, ApiKeyView.State.class, null));
    }

    /** What {@link #CONDITION} asks for. */
    <S extends SqlStatement<S>> S bind(S statement, OffsetDateTime now) {
        return statement
                .bind("user", user == null ? null : user.value())
                .bind("personal", personal)
                .bind("state", state == null ? null : state.name())
                .bind("now", now);
    }
}
