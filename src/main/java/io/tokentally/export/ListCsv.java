package io.tokentally.export;

import com.opencsv.ICSVWriter;
import io.tokentally.shared.Money;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** A list as CSV: a line for each row, with what the JSON has of it. As {@link UsageCsv} otherwise. */
record ListCsv<T>(List<Column<T>> columns) {

    record Column<T>(String name, Function<T, Object> cell) {}

    @SafeVarargs
    ListCsv(Column<T>... columns) {
        this(List.of(columns));
    }

    /** @param rows hands over one after the other */
    void write(OutputStream out, Formulas formulas, Consumer<Consumer<T>> rows) {
        ICSVWriter csv = UsageCsv.writer(out);
        UsageCsv.write(csv, columns.stream().map(Column::name).toArray(String[]::new));
        rows.accept(row -> UsageCsv.write(csv, cells(row, formulas)));
        UsageCsv.finish(csv);
    }

    private String[] cells(T row, Formulas formulas) {
        return columns.stream()
                .map(column -> text(column.cell.apply(row), formulas))
                .toArray(String[]::new);
    }

    /** A number is one: {@code -5} is no formula. */
    private static String text(Object cell, Formulas formulas) {
        return switch (cell) {
            case null -> null;
            case BigDecimal amount -> Money.plain(amount);
            case String text -> formulas.text(text);
            default -> cell.toString();
        };
    }
}
