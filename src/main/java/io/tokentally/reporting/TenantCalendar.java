package io.tokentally.reporting;

import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.TenantZones;
import io.tokentally.tenancy.Tenants;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jdbi.v3.core.Handle;

/** Which day it is: that depends on where a tenant's days begin. */
@ApplicationScoped
class TenantCalendar {

    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Clock clock;

    TenantCalendar(TenantTransactions transactions, Tenants tenants, Clock clock) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.clock = clock;
    }

    LocalDate today(TenantId tenant) {
        return transactions.read(tenant, transaction -> today(transaction, tenant));
    }

    ZoneId zone(Handle transaction, TenantId tenant) {
        return zones(transaction, tenant).at(clock.instant());
    }

    TenantZones zones(Handle transaction, TenantId tenant) {
        return tenants.get(transaction, tenant).zones();
    }

    LocalDate today(Handle transaction, TenantId tenant) {
        return zones(transaction, tenant).dayOf(clock.instant());
    }
}
