package io.tokentally.boot;

import io.tokentally.ledger.Difference;
import io.tokentally.ledger.Rebuilt;
import io.tokentally.ledger.SelfCheckReport;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One self-check as the person at the terminal reads it.
 *
 * @param tenant null: all of them
 * @param rebuild whether the tenant's sums are made anew first
 */
record Check(String tenant, boolean rebuild, PrintWriter out, PrintWriter err) {

    static final int CLEAN = 0;
    static final int DIFFERENCES = 1;
    static final int COULD_NOT = 2;

    int of(CheckTarget target) {
        if (rebuild) {
            say(rebuilt(target.rebuild(tenant)));
        }
        SelfCheckReport report = target.check(tenant);
        report.differences().forEach(difference -> say(line(difference)));
        say(sum(report));
        return report.clean() ? CLEAN : DIFFERENCES;
    }

    int failed(String sentence) {
        err.println("tokentally: " + sentence);
        err.flush();
        return COULD_NOT;
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    private static String sum(SelfCheckReport report) {
        long unnamed = report.totalDifferences() - report.differences().size();
        return "%s: %s, %s, %s"
                .formatted(
                        report.clean()
                                ? "clean"
                                : counted(report.totalDifferences(), "difference")
                                        + (unnamed > 0 ? " (%,d not named)".formatted(unnamed) : ""),
                        counted(report.checked().tenants(), "tenant"),
                        counted(report.checked().months(), "month"),
                        counted(report.checked().events(), "event"));
    }

    private static String line(Difference difference) {
        return "%s %s%s %s: %s is %s, the rows give %s"
                .formatted(
                        difference.tenant(),
                        difference.month() == null ? "" : difference.month() + " ",
                        difference.table(),
                        joined(difference.key(), "="),
                        difference.column(),
                        difference.found() == null ? "missing" : difference.found(),
                        difference.expected() == null ? "none" : difference.expected());
    }

    private static String rebuilt(Rebuilt rebuilt) {
        return "rebuilt %s: %s"
                .formatted(
                        rebuilt.tenant(),
                        rebuilt.changedRows() == 0
                                ? "no row was wrong"
                                : counted(rebuilt.changedRows(), "row") + " (" + joined(rebuilt.tables(), " ") + ")");
    }

    private static String joined(Map<String, ?> parts, String between) {
        return parts.entrySet().stream()
                .map(part -> part.getKey() + between + part.getValue())
                .collect(Collectors.joining(" "));
    }

    private static String counted(long number, String thing) {
        return String.format(Locale.ROOT, "%,d %s%s", number, thing, number == 1 ? "" : "s");
    }
}
