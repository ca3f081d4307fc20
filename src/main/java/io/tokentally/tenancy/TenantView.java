package io.tokentally.tenancy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tokentally.shared.MonthlyLimits;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An organisation and its settings.
 *
 * @param zone in force now
 * @param nextZones changes of zone that lie ahead, by the instant from which each holds
 * @param limits what the whole tenant may use in a month; null members are unlimited
 * @param allowUnpriced whether calls without a known price may be reserved under a cost limit
 */
public record TenantView(
        String id,
        String name,
        State state,
        String zone,
        @JsonProperty("next_zones") Map<Instant, String> nextZones,
        @JsonProperty("default_tier") String defaultTier,
        MonthlyLimits limits,
        @JsonProperty("allow_unpriced") boolean allowUnpriced,
        @JsonProperty("created_at") Instant createdAt,

        @JsonProperty("suspended_at") @Schema(nullable = true)
        Instant suspendedAt,

        @JsonProperty("removed_at") @Schema(nullable = true) Instant removedAt) {

    /** Whether the tenant may come in. */
    @Schema(name = "TenantState")
    public enum State {
        @JsonProperty("active")
        ACTIVE,
        /** Every call is refused; the data is kept. */
        @JsonProperty("suspended")
        SUSPENDED,
        /** The data is gone; the id is not given again. */
        @JsonProperty("removed")
        REMOVED
    }

    static TenantView of(Tenant tenant, Instant now) {
        return new TenantView(
                tenant.id().value(),
                tenant.name(),
                state(tenant),
                tenant.zones().at(now).getId(),
                tenant.zones().after(now),
                tenant.defaultTier(),
                tenant.limits(),
                tenant.allowsUnpriced(),
                tenant.createdAt(),
                tenant.suspendedAt(),
                tenant.removedAt());
    }

    private static State state(Tenant tenant) {
        if (tenant.removedAt() != null) {
            return State.REMOVED;
        }
        return tenant.isActive() ? State.ACTIVE : State.SUSPENDED;
    }
}
