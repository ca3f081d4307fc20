package io.tokentally.quota;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.tokentally.shared.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The people of the tenant this transaction is bound to. */
@ApplicationScoped
class Users implements PanacheRepository<AppUser> {

    Optional<AppUser> find(UserId id) {
        return find("userId", id.value()).firstResultOptional();
    }
}
