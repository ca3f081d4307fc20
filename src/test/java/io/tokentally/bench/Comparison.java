package io.tokentally.bench;

/**
 * What one row of the table says.
 *
 * @param target the least ratio of ours to the other's speed; null: none is set
 */
record Comparison(String work, Side ours, Side other, Double target) {}
