package io.tokentally.quota;

import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Tenants;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** The lists of people and of tiers as files have them: all of each, and not a page. What they show is the same. */
@ApplicationScoped
public class WholeLists {

    private final Tenants tenants;
    private final UsersThisMonth thisMonth;
    private final Tiers tiers;

    WholeLists(Tenants tenants, UsersThisMonth thisMonth, Tiers tiers) {
        this.tenants = tenants;
        this.thisMonth = thisMonth;
        this.tiers = tiers;
    }

    public void forEachUser(Handle transaction, TenantId tenant, UserListing wanted, Consumer<UserView> each) {
        thisMonth.forEach(transaction, tenants.get(transaction, tenant), wanted, each);
    }

    /** In the transaction that is under way. */
    public void forEachTier(TenantId tenant, Consumer<TierView> each) {
        tiers.views(tenant.value()).forEach(each);
    }
}
