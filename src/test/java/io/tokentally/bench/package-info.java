/**
 * {@code ./tokentally bench}: how fast writes and limits are, as ratios taken in one run. See {@code docs/benchmarks.md}.
 *
 * <p>No test. It stands among the tests so that every build compiles it and the product does not carry it. It knows
 * {@code boot} for the database and the keys; the service it knows over HTTP, and what it compares with it does itself.
 */
package io.tokentally.bench;
