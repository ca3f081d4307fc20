package io.tokentally.ledger;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * What a rebuild changed.
 *
 * @param tables how many rows of each table were written; a table that was right is not among them
 */
public record Rebuilt(
        String tenant, @JsonProperty("changed_rows") long changedRows, Map<String, Long> tables) {}
