package io.tokentally.export;

import com.opencsv.ICSVWriter;
import io.tokentally.reporting.AskedBreakdown;
import io.tokentally.reporting.Breakdown;
import io.tokentally.reporting.Figures;
import io.tokentally.reporting.SessionList;
import io.tokentally.reporting.WholeReports;
import io.tokentally.shared.Money;
import io.tokentally.shared.TenantId;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Breakdowns and sessions as CSV: a line for each group, with what the JSON has of it. As {@link UsageCsv} otherwise. */
final class GroupCsv {

    private static final String USER = "user";
    private static final Pattern NOT_IN_A_NAME = Pattern.compile("[^A-Za-z0-9]+");

    private static final Map<String, String> NAMES = Map.of(
            "endpoint", "Endpoint",
            "model", "Model",
            "provider", "Provider",
            "call_type", "Call Type",
            "scope", "Scope",
            "session", "Session ID",
            "git_branch", "Git Branch",
            "source", "Source",
            "success", "Success");

    private static final List<String> FIGURES = List.of(
            "Calls",
            "Failed Calls",
            "Cache Hits",
            "Unpriced Calls",
            "Prompt Tokens",
            "Completion Tokens",
            "Total Tokens",
            "Cache Read Tokens",
            "Cache Write Tokens",
            "Reasoning Tokens",
            "Input Cost (USD)",
            "Output Cost (USD)",
            "Total Cost (USD)",
            "Avg Tokens per Call",
            "Avg Cost per Call (USD)",
            "Failure Rate",
            "Cache Hit Rate",
            "Timed Calls",
            "Avg Response Time (ms)",
            "P50 Response Time (ms)",
            "P95 Response Time (ms)",
            "P99 Response Time (ms)",
            "Share of Calls",
            "Share of Tokens",
            "Share of Cost");

    private final WholeReports reports;
    private final Formulas formulas;

    GroupCsv(WholeReports reports, Formulas formulas) {
        this.reports = reports;
        this.formulas = formulas;
    }

    /** {@code usage-by-endpoint-and-tag-team.csv}: what no file may be called is left out of a tag's name. */
    static String name(List<String> by) {
        return by.stream()
                .map(word -> NOT_IN_A_NAME.matcher(word).replaceAll("-"))
                .map(word -> word.replaceFirst("-$", ""))
                .collect(Collectors.joining("-and-", "usage-by-", ".csv"));
    }

    void writeBreakdown(Handle transaction, TenantId tenant, AskedBreakdown asked, OutputStream out) {
        ICSVWriter csv = UsageCsv.writer(out);
        List<String> by = asked.by();
        write(csv, by.stream().flatMap(this::columns), FIGURES.stream());
        reports.forEachGroup(
                transaction,
                tenant,
                asked,
                row -> write(csv, by.stream().flatMap(word -> cells(word, row)), figures(row.sums(), row.share())));
        UsageCsv.finish(csv);
    }

    void writeSessions(Handle transaction, TenantId tenant, AskedBreakdown asked, OutputStream out) {
        ICSVWriter csv = UsageCsv.writer(out);
        write(csv, Stream.of("Session ID", "First Call", "Last Call"), FIGURES.stream());
        reports.forEachSession(
                transaction, tenant, asked, row -> write(csv, cells(row), figures(row.sums(), row.share())));
        UsageCsv.finish(csv);
    }

    private Stream<String> columns(String word) {
        return word.equals(USER)
                ? Stream.of("User ID", "Username", "Email", "Erased")
                : Stream.of(NAMES.getOrDefault(word, formulas.text(word)));
    }

    private Stream<String> cells(String word, Breakdown.Row row) {
        String key = key(row.key().get(word));
        return word.equals(USER)
                ? Stream.of(key, formulas.text(row.username()), formulas.text(row.email()), text(row.erased()))
                : Stream.of(key);
    }

    private Stream<String> cells(SessionList.Row row) {
        return Stream.of(formulas.text(row.id()), text(row.first()), text(row.last()));
    }

    /** A number is one: {@code -5} is no formula. */
    private String key(Object value) {
        return value instanceof String text ? formulas.text(text) : text(value);
    }

    private static Stream<String> figures(Figures sums, Breakdown.Share share) {
        Figures.ResponseTime times = sums.responseTime();
        return Stream.of(
                text(sums.calls()),
                text(sums.failedCalls()),
                text(sums.cacheHits()),
                text(sums.unpricedCalls()),
                text(sums.promptTokens()),
                text(sums.completionTokens()),
                text(sums.totalTokens()),
                text(sums.cacheReadTokens()),
                text(sums.cacheWriteTokens()),
                text(sums.reasoningTokens()),
                Money.plain(sums.inputCost()),
                Money.plain(sums.outputCost()),
                Money.plain(sums.totalCost()),
                text(sums.tokensPerCall()),
                Money.plain(sums.costPerCall()),
                Money.plain(sums.failureRate()),
                Money.plain(sums.cacheHitRate()),
                text(times.timedCalls()),
                text(times.average()),
                text(times.p50()),
                text(times.p95()),
                text(times.p99()),
                Money.plain(share.calls()),
                Money.plain(share.tokens()),
                Money.plain(share.cost()));
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }

    private static void write(ICSVWriter csv, Stream<String> first, Stream<String> then) {
        UsageCsv.write(csv, Stream.concat(first, then).toArray(String[]::new));
    }
}
