/**
 * The traffic of {@code serve --demo}: an invented learning platform, its people, and what they did in the last 90 days.
 *
 * <p>Owns no table: people come to be through quota, calls through the ledger, so all figures agree as they always do.
 * May know anything; nobody knows it.
 */
package io.tokentally.boot.demo;
