package io.tokentally.quota;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.quarkus.panache.common.Parameters;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The people of the tenant this transaction is bound to. */
@ApplicationScoped
class Users implements PanacheRepository<AppUser> {

    Optional<AppUser> find(TenantId tenant, UserId id) {
        return find("tenantId = ?1 and userId = ?2", tenant.value(), id.value()).firstResultOptional();
    }

    /**
     * By id.
     *
     * @param after null: from the first
     * @param part of an id, username or email; null: anybody
     */
    List<AppUser> page(TenantId tenant, UserId after, String part, int limit) {
        return find(
                        """
                        tenantId = :tenant and userId is not null and (:after is null or userId > :after)
                        and (:part is null or lower(userId) like :part escape '!' or lower(username) like :part escape '!'
                            or lower(email) like :part escape '!')
                        order by userId""",
                        Parameters.with("tenant", tenant.value())
                                .and("after", after == null ? null : after.value())
                                .and("part", part == null ? null : containing(part)))
                .range(0, limit - 1)
                .list();
    }

    private static String containing(String part) {
        return "%" + part.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%";
    }

    /** Two changes of one user come after each other, so that neither is lost. */
    Optional<AppUser> findForChange(TenantId tenant, UserId id) {
        return find("tenantId = ?1 and userId = ?2", tenant.value(), id.value())
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional();
    }
}
