package io.tokentally.reporting.forecast;

import io.tokentally.shared.UserId;

/** Whose month is asked about. */
sealed interface Whose {

    record Everybody() implements Whose {}

    /** @param mustBeKnown false: who was never seen has used nothing, as everybody may ask about themselves */
    record User(UserId id, boolean mustBeKnown) implements Whose {}

    record Endpoint(String name) implements Whose {}
}
