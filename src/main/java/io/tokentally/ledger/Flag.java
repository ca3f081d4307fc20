package io.tokentally.ledger;

/** What must be known about how a row came to its numbers. Stored by its lower-case name. */
public enum Flag {
    /** The numbers were estimated, such as those of a stream that was cut. */
    ESTIMATED,
    /** The provider's usage object contradicted itself; the numbers are the best reading of it. */
    AMBIGUOUS,
    /** The call used more than its own reservation held. */
    OVERRUN,
    /** The row came from a file import. */
    IMPORTED
}
