package io.tokentally.tenancy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** Reads the audit log, newest first: a page of it, or all. */
@ApplicationScoped
public class AuditTrail {

    /**
     * What was done.
     *
     * @param actor the credential: token (of actorId), the name in a token of nobody's, key:… , platform, or tokentally
     * @param actorId who, as the tenant writes their id; null: nobody, or a person who was erased
     * @param action such as tier.changed
     * @param subject what it was done to
     * @param userId to whom it was done; null: nobody, or a person who was erased
     * @param from the address the request came from
     */
    @Schema(name = "AuditEntry")
    public record Line(
            UUID id,
            Instant at,
            String actor,
            @JsonProperty("actor_id") Object actorId,
            String action,
            @Schema(nullable = true) String subject,
            @JsonProperty("user_id") Object userId,
            @Schema(nullable = true) String from,

            @JsonProperty("request_id") @Schema(nullable = true)
            String requestId,

            Map<String, Object> details) {}

    /** @param next send it as {@code before} to read on; null at the end */
    public record AuditPage(
            List<Line> entries, @Schema(nullable = true) UUID next) {}

    private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};

    private static final String NEWEST_FIRST = """
            select l.*, a.user_id as actor_id, a.user_id_is_number as actor_id_is_number,
                   s.user_id as user_id, s.user_id_is_number as user_id_is_number
            from audit_log l
            left join app_user a on a.tenant_id = l.tenant_id and a.user_key = l.actor_key
            left join app_user s on s.tenant_id = l.tenant_id and s.user_key = l.subject_key
            where l.tenant_id = :tenant and (:before::uuid is null or l.id < :before)
              and (:action::text is null or l.action = :action)
            order by l.id desc""";

    private final ObjectMapper json;

    AuditTrail(ObjectMapper json) {
        this.json = json;
    }

    /**
     * @param tenant the one bound, or {@link TenantTransactions#PLATFORM}
     * @param action null: all
     * @param before null: from the newest
     */
    AuditPage page(Handle transaction, String tenant, AuditAction action, UUID before, long limit) {
        List<Line> lines = bind(transaction.createQuery(NEWEST_FIRST + " limit :limit"), tenant, action, before)
                .bind("limit", limit)
                .map((row, context) -> line(row))
                .list();
        return new AuditPage(
                lines, lines.size() < limit ? null : lines.getLast().id());
    }

    /**
     * One after the other, so that the log is never whole in memory.
     *
     * @param action null: all
     */
    public void forEach(Handle transaction, TenantId tenant, AuditAction action, Consumer<Line> each) {
        var rows = new StreamedRows(transaction, "all_of_the_log");
        bind(rows.of(NEWEST_FIRST), tenant.value(), action, null).execute();
        rows.forEach((row, context) -> line(row), each);
    }

    private static <S extends SqlStatement<S>> S bind(S statement, String tenant, AuditAction action, UUID before) {
        return statement
                .bind("tenant", tenant)
                .bind("before", before)
                .bind("action", action == null ? null : action.code());
    }

    private Line line(ResultSet row) throws SQLException {
        return new Line(
                row.getObject("id", UUID.class),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("actor"),
                person(row, "actor_id"),
                row.getString("action"),
                row.getString("subject"),
                person(row, "user_id"),
                row.getString("from_address"),
                row.getString("request_id"),
                members(row.getString("details")));
    }

    private static Object person(ResultSet row, String column) throws SQLException {
        return JsonUserId.toJson(row.getString(column), row.getObject(column + "_is_number", Boolean.class));
    }

    private Map<String, Object> members(String details) {
        try {
            return json.readValue(details, MEMBERS);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("audit_log.details holds JSON that PostgreSQL accepted", broken);
        }
    }
}
