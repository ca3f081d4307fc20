package io.tokentally.pricing;

import java.util.Locale;

/** Whose price it is: the product's, or the tenant's own. */
enum BookName {
    OWN,
    CATALOGUE;

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
