package io.tokentally.tenancy;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Who a user id is behind the key that everything but their own row knows. Implemented where that row is kept. */
public interface People {

    /** The person's key; they are made known if they were not. Until commit they are not erased. */
    long keyOf(Handle transaction, TenantId tenant, UserId user);

    /** The same, without making anybody known. */
    Optional<Long> find(Handle transaction, TenantId tenant, UserId user);
}
