package io.tokentally.quota;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;

/** A user id means nothing without its tenant. */
public record TenantUser(TenantId tenant, UserId user) {}
