/**
 * What a month will come to: its projection with an interval, the day a limit will be reached, and how far such
 * projections were off before.
 *
 * <p>The rules ({@link io.tokentally.reporting.forecast.Method}, {@code BackTest}, {@code Projection}) are pure functions
 * of a series of days; why they are these, and what they were measured to do, stands in
 * {@code docs/decisions/0011-forecast.md}. Reads day sums of the ledger; owns no table. May know what reporting may know.
 */
package io.tokentally.reporting.forecast;
