/**
 * Start-up: the command words of {@code java -jar}, the checks before anything listens, the embedded PostgreSQL, the
 * signing keys of the first run, the greeting. The traffic of {@code --demo} is in {@code demo}.
 *
 * <p>Owns no table; owns the data folder ({@code ./data} or {@code TOKENTALLY_HOME}). May know anything; nobody knows
 * it.
 */
package io.tokentally.boot;
