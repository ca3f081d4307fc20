package io.tokentally.tenancy;

import io.tokentally.shared.UserId;

/**
 * Which keys are asked for; null: whichever.
 *
 * @param user whom they stand for
 * @param personal whether they stand for somebody
 */
record ApiKeyFilter(UserId user, Boolean personal, ApiKeyView.State state) {}
