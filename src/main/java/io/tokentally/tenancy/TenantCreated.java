package io.tokentally.tenancy;

import io.tokentally.shared.TenantId;
import org.jdbi.v3.core.Handle;

/** A tenant has come to be. Observers add what belongs to a new tenant, in the same transaction. */
public record TenantCreated(Handle transaction, TenantId tenant, String defaultTier) {}
