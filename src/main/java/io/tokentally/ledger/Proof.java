package io.tokentally.ledger;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One table of sums, or one view over them, beside what the facts give for it. {@code expected} and {@code found} are
 * queries with the same keys and columns; what differs between them can be named, and in a table mended.
 *
 * @param month of a row, as an expression over its keys; null where a row spans months
 * @param unkept columns that a missing row gets as 0, because they are proven elsewhere
 */
record Proof(
        String name,
        String month,
        List<String> keys,
        List<Column> columns,
        String expected,
        String found,
        List<String> unkept) {

    /** Enough of one table to know what is wrong; all of them are counted. */
    private static final int MOST_NAMED = 100;

    private static final String UTC = "to_char(%s at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

    /**
     * A figure, of the row {@code e} that is expected and the row {@code f} that was found; either may be absent.
     *
     * @param wanted what must be there
     * @param comparable what is there, where a row of zeros is as good as none
     * @param text how a value is shown
     */
    record Column(String name, String wanted, String comparable, String text) {

        /** A row without facts is all zeros, and so good as no row: the serving role deletes nothing. */
        static Column sum(String name) {
            return new Column(name, "coalesce(e.%s, 0)".formatted(name), "coalesce(f.%s, 0)".formatted(name), "%s");
        }

        static Column instant(String name) {
            return new Column(name, "e." + name, "f." + name, UTC);
        }

        /** One that must not be null, and so stays as it is in a row of zeros. */
        static Column instantOfFacts(String name) {
            return new Column(name, "coalesce(e.%1$s, f.%1$s)".formatted(name), "f." + name, UTC);
        }

        static Column dayOfFacts(String name) {
            return new Column(name, "coalesce(e.%1$s, f.%1$s)".formatted(name), "f." + name, "%s::text");
        }

        /** Of response times: without any it is null, as in a row of zeros. */
        static Column counts(String name) {
            return new Column(name, "e." + name, "f." + name, "%s::text");
        }

        /** Of a view, whose rows are there or not. */
        static Column shown(String name) {
            return new Column(name, "e." + name, "f." + name, "%s");
        }

        private String compared(int position) {
            return "(%d, '%s', %s, %s, %s is distinct from %s)"
                    .formatted(position, name, asText(wanted), asText("f." + name), wanted, comparable);
        }

        // 1.50 and 1.5 are one amount
        private String asText(String value) {
            return text.equals("%s") ? "trim_scale(%s::numeric)::text".formatted(value) : text.formatted(value);
        }
    }

    /** Names each figure that differs; the first of them, and how many there are. */
    String find() {
        return """
                with expected as (%1$s), found as (%2$s)
                select %3$s as month, array[%4$s] as key, c.name, c.expected, c.found, count(*) over () as total
                from expected e full join found f using (%5$s)
                cross join lateral (values %6$s) as c (position, name, expected, found, differs)
                where %7$s and c.differs
                order by %5$s, c.position
                limit %8$d""".formatted(
                        expected,
                        found,
                        month == null ? "null" : "to_char(%s, 'YYYY-MM')".formatted(month),
                        each(keys, key -> key + "::text"),
                        String.join(", ", keys),
                        IntStream.range(0, columns.size())
                                .mapToObj(position -> columns.get(position).compared(position))
                                .collect(Collectors.joining(", ")),
                        differs(),
                        MOST_NAMED);
    }

    /**
     * Writes the rows that differ, and no other: the missing are added, the wrong set right, those without facts set to
     * zero. In the order of their keys, as every writer does.
     */
    String mend() {
        String named = String.join(", ", keys);
        return """
                with expected as (%1$s), found as (%2$s)
                insert into %3$s (tenant_id, %4$s, %5$s%6$s)
                select :tenant, %4$s, %7$s%8$s
                from expected e full join found f using (%4$s)
                where %9$s
                order by %4$s
                on conflict (tenant_id, %4$s) do update set %10$s""".formatted(
                        expected,
                        found,
                        name,
                        named,
                        each(columns, Column::name),
                        unkept.stream().map(column -> ", " + column).collect(Collectors.joining()),
                        each(columns, Column::wanted),
                        ", 0".repeat(unkept.size()),
                        differs(),
                        each(columns, column -> "%1$s = excluded.%1$s".formatted(column.name)));
    }

    private String differs() {
        return "row(%s) is distinct from row(%s)"
                .formatted(each(columns, Column::wanted), each(columns, Column::comparable));
    }

    private static <T> String each(List<T> parts, Function<T, String> sql) {
        return parts.stream().map(sql).collect(Collectors.joining(", "));
    }
}
