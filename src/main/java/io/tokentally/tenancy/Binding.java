package io.tokentally.tenancy;

import io.tokentally.shared.TenantId;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Whose rows a transaction sees. All three settings are always said, each until the transaction ends: what somebody else
 * has left on a session that a pooler hands round then counts for nothing.
 *
 * @param tenant a reader's; empty: none
 * @param tenants a writer's of the ledger, with commas between; they win over {@code tenant}
 * @param platform {@code tenants}: sees which tenants there are
 */
record Binding(String tenant, String tenants, String platform) {

    static final Binding NOBODY = new Binding("", "", "");
    static final Binding LIST_OF_TENANTS = new Binding("", "", "tenants");

    /** A clause for {@code from}. */
    static final String SETTINGS = """
            set_config('tokentally.tenant', :tenant, true) as tenant,
            set_config('tokentally.tenants', :tenants, true) as tenants,
            set_config('tokentally.platform', :platform, true) as platform""";

    static Binding of(String tenant) {
        return new Binding(tenant, "", "");
    }

    static Binding ofAll(Collection<TenantId> tenants) {
        return new Binding("", tenants.stream().map(TenantId::value).distinct().collect(Collectors.joining(",")), "");
    }

    /** For what is done to a tenant and stands in the log of the platform. */
    static Binding withPlatform(TenantId tenant) {
        return new Binding(tenant.value(), tenant.value() + "," + TenantTransactions.PLATFORM, "");
    }

    /** The arguments of {@link #SETTINGS}. */
    <S extends SqlStatement<S>> S in(S statement) {
        return statement.bind("tenant", tenant).bind("tenants", tenants).bind("platform", platform);
    }
}
