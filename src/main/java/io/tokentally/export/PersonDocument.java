package io.tokentally.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.StreamedRows;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** All that is held about one person. Rows go out as the database hands them over; the document is never whole in memory. */
final class PersonDocument {

    /** @param sql its columns are the members of one element */
    private record Section(String name, String sql) {}

    /** @param id as the tenant writes it */
    private record Person(long key, JsonUserId id) {}

    private static final String PERSON = """
            select username, email, tier, limits, created_at
            from app_user where tenant_id = :tenant and user_key = :person""";

    private static final List<Section> SECTIONS = List.of(
            new Section("months", """
                    select month, used_calls as calls, used_prompt_tokens as prompt_tokens,
                           used_completion_tokens as completion_tokens, used_cost as total_cost, unpriced_calls, held_calls,
                           held_tokens, held_cost, first_call, last_call
                    from quota_balance where tenant_id = :tenant and user_key = :person order by month"""),
            new Section("days", """
                    select period as usage_day, calls, prompt_tokens, completion_tokens, input_cost, output_cost, unpriced_calls
                    from rollup_user where tenant_id = :tenant and grain = 'day' and user_key = :person order by period"""),
            new Section("sessions", """
                    select session_id, min(occurred_at) as first_at, max(occurred_at) as last_at, sum(calls) as calls,
                           sum(prompt_tokens) as prompt_tokens, sum(completion_tokens) as completion_tokens,
                           sum(total_cost) as total_cost
                    from user_api_usage where tenant_id = :tenant and user_key = :person and session_id is not null
                    group by session_id order by min(occurred_at), session_id"""),
            new Section("reservations", """
                    select id, month, state, held_calls, held_tokens, held_cost, granted_at, expires_at, ended_at, usage_id
                    from reservation where tenant_id = :tenant and user_key = :person order by id"""),
            new Section("api_keys", """
                    select id, prefix, name, roles, created_at, expires_at, revoked_at, replaced_by, last_used_at
                    from api_key where tenant_id = :tenant and user_key = :person order by id"""),
            new Section("audit", """
                    select id, at, action, subject, details, coalesce(actor_key = :person, false) as by_them,
                           coalesce(subject_key = :person, false) as about_them,
                           case when actor_key = :person then actor end as actor,
                           case when actor_key = :person then from_address end as from_address,
                           case when actor_key = :person then request_id end as request_id
                    from audit_log where tenant_id = :tenant and (actor_key = :person or subject_key = :person) order by id"""),
            new Section("events", """
                    select id, source, event_id, usage_day, occurred_at, recorded_at, endpoint, provider, model, call_type,
                           scope, session_id, problem_id, grade_level, git_branch, calls, prompt_tokens, completion_tokens,
                           total_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens,
                           input_cost, output_cost, total_cost, response_time_ms, success, error_message, cache_hit, tags,
                           flags, reverses, reversal_reason
                    from user_api_usage where tenant_id = :tenant and user_key = :person order by usage_day, id"""));

    /** A document that ends early must not look whole: nobody closes what is open. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .build();

    private PersonDocument() {}

    static Optional<Long> keyOf(Handle transaction, TenantId tenant, UserId user) {
        return find(transaction, tenant, user).map(Person::key);
    }

    /** @throws NotFound when nobody of this id is known */
    static void write(Handle transaction, TenantId tenant, UserId user, OutputStream out) {
        Person person = find(transaction, tenant, user).orElseThrow(NotFound::new);
        try {
            JsonGenerator json = JSON.createGenerator(out);
            json.writeStartObject();
            json.writeObjectFieldStart("person");
            writeId(json, person.id);
            writeColumns(json, transaction, tenant, person);
            json.writeEndObject();
            for (Section section : SECTIONS) {
                json.writeArrayFieldStart(section.name);
                writeRows(json, transaction, section, tenant, person);
                json.writeEndArray();
            }
            json.writeEndObject();
            json.flush();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static Optional<Person> find(Handle transaction, TenantId tenant, UserId user) {
        return transaction
                .createQuery("""
                        select user_key, user_id_is_number from app_user where tenant_id = :tenant and user_id = :user""")
                .bindMap(Map.of("tenant", tenant.value(), "user", user.value()))
                .map((row, context) -> new Person(
                        row.getLong("user_key"),
                        new JsonUserId(user, row.getObject("user_id_is_number", Boolean.class))))
                .findOne();
    }

    private static void writeColumns(JsonGenerator json, Handle transaction, TenantId tenant, Person person) {
        transaction
                .createQuery(PERSON)
                .bind("tenant", tenant.value())
                .bind("person", person.key)
                .map((row, context) -> JsonRow.writeColumns(json, row))
                .one();
    }

    private static void writeRows(
            JsonGenerator json, Handle transaction, Section section, TenantId tenant, Person person) {
        var rows = new StreamedRows(transaction, "exported_person_" + section.name);
        rows.of(section.sql)
                .bind("tenant", tenant.value())
                .bind("person", person.key)
                .execute();
        rows.forEach((row, context) -> JsonRow.write(json, row), written -> {});
    }

    private static void writeId(JsonGenerator json, JsonUserId id) throws IOException {
        json.writeFieldName("user_id");
        switch (id.toJson()) {
            case Long number -> json.writeNumber(number);
            case Object text -> json.writeString(text.toString());
        }
    }
}
