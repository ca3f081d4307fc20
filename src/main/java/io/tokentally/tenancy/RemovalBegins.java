package io.tokentally.tenancy;

import io.tokentally.shared.TenantId;
import org.jdbi.v3.core.Handle;

/**
 * A tenant's rows are about to be taken away. Who writes such rows in another way than {@link TenantTransactions#write} and
 * the ledger's lanes waits here, in this transaction, until nothing of that is under way.
 */
public record RemovalBegins(Handle transaction, TenantId tenant) {}
