package io.tokentally.export;

import com.opencsv.CSVWriterBuilder;
import com.opencsv.ICSVWriter;
import io.tokentally.reporting.UsageCursor;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.Money;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.StreamedRows;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * The CSV files: RFC 4180, UTF-8 without a byte order mark, CRLF, quotes where they are needed. The columns are the
 * seeds'. Rows go out as the database hands them over; no file is ever whole in memory.
 */
final class UsageCsv {

    private static final String[] DETAIL_COLUMNS = {
        "ID",
        "User ID",
        "Username",
        "Email",
        "Endpoint",
        "Model",
        "Prompt Tokens",
        "Completion Tokens",
        "Total Tokens",
        "Cost (USD)",
        "Problem ID",
        "Session ID",
        "Timestamp",
        "Success",
        "Response Time (ms)"
    };

    private static final String[] SUMMARY_COLUMNS = {
        "User ID",
        "Username",
        "Email",
        "Total API Calls",
        "Total Prompt Tokens",
        "Total Completion Tokens",
        "Total Tokens",
        "Total Cost (USD)",
        "First API Call",
        "Last API Call"
    };

    private static final String PAGE = """
            \sfrom (select * from user_api_usage where %s) e
            left join app_user u on u.tenant_id = e.tenant_id and u.user_key = e.user_key
            where :fromTheNewest or (e.usage_day, e.id) < (:afterDay, :afterId)
            order by e.usage_day desc, e.id desc limit :limit offset :skip""";

    private UsageCsv() {}

    /** How many rows match, the limit and the cursor left aside. */
    static long count(Handle transaction, TenantId tenant, ExportFilter filter) {
        String sql =
                "select count(*) from user_api_usage where " + filter.calls().condition();
        return filter.calls()
                .bind(transaction.createQuery(sql), tenant)
                .mapTo(Long.class)
                .one();
    }

    /** The last row that the limit lets through when more rows follow it; null when none does. */
    static UsageCursor cutAfter(Handle transaction, TenantId tenant, ExportFilter filter) {
        if (filter.limit() == Long.MAX_VALUE) {
            return null;
        }
        var around = bindPage(transaction.createQuery("select e.usage_day, e.id" + page(filter)), tenant, filter)
                .bind("limit", 2)
                .bind("skip", filter.limit() - 1)
                .map((row, context) ->
                        new UsageCursor(row.getObject("usage_day", LocalDate.class), row.getObject("id", UUID.class)))
                .list();
        return around.size() < 2 ? null : around.getFirst();
    }

    /** The newest rows first. */
    static void writeDetails(Handle transaction, TenantId tenant, ExportFilter filter, OutputStream out) {
        ICSVWriter csv = writer(out);
        write(csv, DETAIL_COLUMNS);
        var rows = new StreamedRows(transaction, "exported_calls");
        bindPage(rows.of("""
                        select e.id, u.user_id, u.user_id_is_number, u.username, u.email, e.endpoint, e.model,
                               e.prompt_tokens, e.completion_tokens, e.total_tokens, e.total_cost,
                               e.problem_id, e.session_id, e.occurred_at, e.success, e.response_time_ms
                        """ + page(filter)), tenant, filter)
                .bind("limit", filter.limit())
                .bind("skip", 0)
                .execute();
        rows.forEach((row, context) -> details(row, filter.formulas()), row -> write(csv, row));
        finish(csv);
    }

    static void writeSummary(Handle transaction, Formulas formulas, OutputStream out) {
        ICSVWriter csv = writer(out);
        write(csv, SUMMARY_COLUMNS);
        var rows = new StreamedRows(transaction, "exported_users");
        rows.of("select * from user_usage_total order by total_cost desc nulls last, user_key")
                .execute();
        rows.forEach((row, context) -> summary(row, formulas), row -> write(csv, row));
        finish(csv);
    }

    private static String page(ExportFilter filter) {
        return PAGE.formatted(filter.calls().condition());
    }

    private static <S extends SqlStatement<S>> S bindPage(S statement, TenantId tenant, ExportFilter filter) {
        UsageCursor after = filter.after();
        return filter.calls()
                .bind(statement, tenant)
                .bind("fromTheNewest", after == null)
                .bind("afterDay", after == null ? LocalDate.EPOCH : after.day())
                .bind("afterId", after == null ? new UUID(0, 0) : after.id());
    }

    private static String[] details(ResultSet row, Formulas formulas) throws SQLException {
        return new String[] {
            row.getString("id"),
            userId(row, formulas),
            formulas.text(row.getString("username")),
            formulas.text(row.getString("email")),
            formulas.text(row.getString("endpoint")),
            formulas.text(row.getString("model")),
            row.getString("prompt_tokens"),
            row.getString("completion_tokens"),
            row.getString("total_tokens"),
            Money.plain(row.getBigDecimal("total_cost")),
            formulas.text(row.getString("problem_id")),
            formulas.text(row.getString("session_id")),
            instant(row, "occurred_at"),
            Boolean.toString(row.getBoolean("success")),
            row.getString("response_time_ms")
        };
    }

    private static String[] summary(ResultSet row, Formulas formulas) throws SQLException {
        return new String[] {
            userId(row, formulas),
            formulas.text(row.getString("username")),
            formulas.text(row.getString("email")),
            row.getString("total_calls"),
            row.getString("total_prompt_tokens"),
            row.getString("total_completion_tokens"),
            row.getString("total_tokens"),
            Money.plain(row.getBigDecimal("total_cost")),
            instant(row, "first_call"),
            instant(row, "last_call")
        };
    }

    /** An id that the tenant writes as a number is a number here too: {@code -5} is no formula. */
    private static String userId(ResultSet row, Formulas formulas) throws SQLException {
        String id = row.getString("user_id");
        if (id == null) {
            return null;
        }
        boolean isNumber = new JsonUserId(new UserId(id), row.getObject("user_id_is_number", Boolean.class)).toJson()
                instanceof Long;
        return isNumber ? id : formulas.text(id);
    }

    private static String instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant().toString();
    }

    // opencsv keeps an I/O failure to itself; a client that has gone must end the query.
    static void write(ICSVWriter csv, String[] row) {
        csv.writeNext(row, false);
        if (csv.getException() != null) {
            throw new UncheckedIOException(csv.getException());
        }
    }

    // Flushed, not closed: only a file that came to its end may look like one to the client.
    static void finish(ICSVWriter csv) {
        try {
            csv.flush();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    static ICSVWriter writer(OutputStream out) {
        return new CSVWriterBuilder(new OutputStreamWriter(out, StandardCharsets.UTF_8))
                .withLineEnd("\r\n")
                .build();
    }
}
