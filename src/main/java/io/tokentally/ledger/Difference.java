package io.tokentally.ledger;

import java.util.Map;

/**
 * One figure that is not what the rows say.
 *
 * @param month such as 2026-03; null where a figure spans months
 * @param table the table of sums, or the view over them
 * @param key which row of it; a user by the key, never by the id
 * @param column which figure of the row
 * @param expected what the rows (for what is held: the reservations) give; null: no such row
 * @param found what is there; null: no such row
 */
public record Difference(
        String tenant,
        String month,
        String table,
        Map<String, String> key,
        String column,
        String expected,
        String found) {}
