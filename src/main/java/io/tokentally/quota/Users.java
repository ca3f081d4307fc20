package io.tokentally.quota;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.Optional;

/** The people of the tenant this transaction is bound to. */
@ApplicationScoped
class Users implements PanacheRepository<AppUser> {

    Optional<AppUser> find(TenantId tenant, UserId id) {
        return find("tenantId = ?1 and userId = ?2", tenant.value(), id.value()).firstResultOptional();
    }

    /** Two changes of one user come after each other, so that neither is lost. */
    Optional<AppUser> findForChange(TenantId tenant, UserId id) {
        return find("tenantId = ?1 and userId = ?2", tenant.value(), id.value())
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional();
    }
}
