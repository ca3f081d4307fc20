package io.tokentally.export;

import java.util.regex.Pattern;

/**
 * Keeps a spreadsheet from running a text cell as a formula (CWE-1236): one {@code '} before a cell that a spreadsheet
 * would take for one. Only text columns pass here; numbers may be negative.
 */
enum Formulas {
    GUARDED {
        @Override
        String text(String cell) {
            return cell != null && COULD_RUN.matcher(cell).find() ? "'" + cell : cell;
        }
    },
    AS_THEY_ARE {
        @Override
        String text(String cell) {
            return cell;
        }
    };

    // At the start of any line of the cell, after any blanks, also in their full-width forms; tab and CR by themselves.
    private static final Pattern COULD_RUN =
            Pattern.compile("(?:^|[\\r\\n])[\\s\\u00a0\\u3000\\ufeff]*[=+\\-@\\uff1d\\uff0b\\uff0d\\uff20]|^[\\t\\r]");

    abstract String text(String cell);
}
