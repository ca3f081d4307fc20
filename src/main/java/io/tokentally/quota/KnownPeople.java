package io.tokentally.quota;

import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.People;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The keys of people who act: who changes a tier is as much a person of the tenant as who makes calls. */
@ApplicationScoped
class KnownPeople implements People {

    private final Clock clock;

    KnownPeople(Clock clock) {
        this.clock = clock;
    }

    /** Like a lane: what is written for them is there before an erasure looks, or comes after it. */
    @Override
    public long keyOf(Handle transaction, TenantId tenant, UserId user) {
        return find(transaction, tenant, user, " for key share").orElseGet(() -> {
            NewUser.addMissing(
                    transaction,
                    tenant,
                    List.of(new NewUser(new JsonUserId(user, null), null, null, null)),
                    clock.instant());
            return find(transaction, tenant, user).orElseThrow();
        });
    }

    @Override
    public Optional<Long> find(Handle transaction, TenantId tenant, UserId user) {
        return find(transaction, tenant, user, "");
    }

    private static Optional<Long> find(Handle transaction, TenantId tenant, UserId user, String lock) {
        return transaction
                .createQuery("select user_key from app_user where tenant_id = :tenant and user_id = :user" + lock)
                .bind("tenant", tenant.value())
                .bind("user", user.value())
                .mapTo(Long.class)
                .findOne();
    }
}
