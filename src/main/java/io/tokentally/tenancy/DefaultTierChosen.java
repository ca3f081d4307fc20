package io.tokentally.tenancy;

import io.tokentally.shared.TenantId;
import org.jdbi.v3.core.Handle;

/** A tenant's users without a tier are to be on this one. Who keeps the tiers refuses one that does not exist. */
public record DefaultTierChosen(Handle transaction, TenantId tenant, String tier) {}
