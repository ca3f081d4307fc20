package io.tokentally.tenancy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.quarkus.arc.Arc;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.MDC;
import org.jdbi.v3.core.Handle;

/**
 * Who did what, when, from where. An entry is written in the transaction of what it tells of: neither is ever without the
 * other. What is only read, an export, has its entry before the first byte leaves.
 */
@ApplicationScoped
public class AuditLog {

    /** Who acts where no request is under way: the hourly work, or the command line on the operator's machine. */
    private static final Actor INSTALLATION = new Actor("tokentally", null, null, null);

    /** @param key the person the credential stands for; null: nobody */
    private record Actor(String name, Long key, String address, String requestId) {}

    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Caller caller;
    private final CurrentVertxRequest request;
    private final People people;
    private final ObjectMapper json;
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    AuditLog(
            TenantTransactions transactions,
            Tenants tenants,
            Caller caller,
            CurrentVertxRequest request,
            People people,
            ObjectMapper json,
            Clock clock) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.caller = caller;
        this.request = request;
        this.people = people;
        this.json = json;
        this.clock = clock;
    }

    /** @param transaction a writing one, bound to {@code tenant} */
    public void write(Handle transaction, TenantId tenant, AuditEntry entry) {
        insert(transaction, tenant.value(), actorIn(transaction, tenant), entry);
    }

    /**
     * For what the ledger does on somebody's behalf, in a transaction where nobody knows of the request any more.
     *
     * @return writes the entry into a transaction that is bound to {@code tenant}
     */
    public Consumer<Handle> prepare(TenantId tenant, AuditEntry entry) {
        Actor actor = transactions.write(tenant, transaction -> {
            tenants.forWriting(transaction, tenant);
            return actorIn(transaction, tenant);
        });
        return transaction -> insert(transaction, tenant.value(), actor, entry);
    }

    /**
     * Somebody reads out what the tenant has: written before the first byte leaves, in a transaction of its own.
     *
     * @param user of whom alone; null: of everybody
     */
    public void writeExport(TenantId tenant, String file, UserId user, Map<String, Object> details) {
        writeExport(tenant, AuditAction.USAGE_EXPORTED, file, user, details);
    }

    /** As {@link #writeExport}, of a list that admins work with, such as the users. */
    public void writeListExport(TenantId tenant, String file, Map<String, Object> details) {
        writeExport(tenant, AuditAction.LIST_EXPORTED, file, null, details);
    }

    private void writeExport(
            TenantId tenant, AuditAction action, String file, UserId user, Map<String, Object> details) {
        transactions.write(tenant, transaction -> {
            tenants.forWriting(transaction, tenant);
            Long person =
                    user == null ? null : people.find(transaction, tenant, user).orElse(null);
            write(transaction, tenant, new AuditEntry(action, file, person, details));
            return null;
        });
    }

    /**
     * Somebody came in, who had no credential before: in the tenant's log. Operators, and whoever comes before their tenant
     * is there, or while it is not active, stand in the platform's.
     */
    public void writeSignIn(Principal who, Map<String, Object> details) {
        boolean isWritten = who.tenant()
                .filter(tenant -> writeIfActive(tenant, who, AuditEntry.of(AuditAction.LINK_USED, null, details)))
                .isPresent();
        if (!isWritten) {
            writeSignInToPlatform(who, details);
        }
    }

    private boolean writeIfActive(TenantId tenant, Principal who, AuditEntry entry) {
        return transactions.write(tenant, transaction -> {
            boolean active = tenants.isActive(transaction, tenant);
            if (active) {
                insert(transaction, tenant.value(), ofTheTenant(transaction, tenant, who), entry);
            }
            return active;
        });
    }

    private void writeSignInToPlatform(Principal who, Map<String, Object> details) {
        String tenant = who.tenant().map(TenantId::value).orElse(null);
        transactions.writePlatform(transaction -> {
            insert(
                    transaction,
                    TenantTransactions.PLATFORM,
                    inRequest(tenant == null ? who.credential() : who.publicName(), null),
                    AuditEntry.of(AuditAction.LINK_USED, tenant, details));
            return null;
        });
    }

    /** What the operator does to a tenant, written before it is done. */
    public void writeAsPlatform(TenantId tenant, AuditEntry entry) {
        transactions.writeAsPlatform(tenant, transaction -> {
            writeAsPlatform(transaction, tenant, entry);
            return null;
        });
    }

    /**
     * What the operator did to a tenant: in its log and in the platform's own, which outlives it.
     *
     * @param transaction of {@link TenantTransactions#writeAsPlatform}
     */
    void writeAsPlatform(Handle transaction, TenantId tenant, AuditEntry entry) {
        insert(transaction, tenant.value(), actorIn(transaction, tenant), entry);
        insert(transaction, TenantTransactions.PLATFORM, operator(), entry);
    }

    private Actor actorIn(Handle transaction, TenantId tenant) {
        if (!isInRequest()) {
            return INSTALLATION;
        }
        Principal principal = caller.principal();
        boolean isOfTheTenant = principal.tenant().equals(Optional.of(tenant));
        return isOfTheTenant
                ? ofTheTenant(transaction, tenant, principal)
                // who operates the installation is nobody in the tenant, and from where is not its business
                : new Actor("platform", null, null, (String) MDC.get("requestId"));
    }

    private Actor ofTheTenant(Handle transaction, TenantId tenant, Principal principal) {
        return inRequest(
                principal.publicName(),
                principal
                        .user()
                        .map(user -> people.keyOf(transaction, tenant, user))
                        .orElse(null));
    }

    private Actor operator() {
        return isInRequest() ? inRequest(caller.principal().credential(), null) : INSTALLATION;
    }

    private Actor inRequest(String name, Long key) {
        return new Actor(
                name, key, request.getCurrent().request().remoteAddress().hostAddress(), (String) MDC.get("requestId"));
    }

    private boolean isInRequest() {
        return Arc.container().requestContext().isActive() && request.getCurrent() != null;
    }

    private void insert(Handle transaction, String tenant, Actor actor, AuditEntry entry) {
        UUID id = ids.generate();
        transaction
                .createUpdate("""
                        insert into audit_log (tenant_id, id, at, actor, actor_key, action, subject, subject_key,
                            from_address, request_id, details)
                        values (:tenant, :id, :at, :actor, :actorKey, :action, :subject, :subjectKey, :address, :request,
                            :details::jsonb)""")
                .bind("tenant", tenant)
                .bind("id", id)
                .bind("at", clock.instant().atOffset(ZoneOffset.UTC))
                .bind("actor", actor.name)
                .bind("actorKey", actor.key)
                .bind("action", entry.action().code())
                .bind("subject", entry.subject())
                .bind("subjectKey", entry.person())
                .bind("address", actor.address)
                .bind("request", actor.requestId)
                .bind("details", text(entry))
                .execute();
    }

    private String text(AuditEntry entry) {
        try {
            return json.writeValueAsString(entry.details());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
