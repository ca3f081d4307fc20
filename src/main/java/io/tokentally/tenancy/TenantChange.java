package io.tokentally.tenancy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.shared.JsonMembers;
import io.tokentally.shared.MonthlyLimits;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Settings that are wanted; null stays as it is.
 *
 * @param zoneFrom from when the zone holds; null: now. Never the past: days that were are not changed
 */
record TenantChange(
        String name, ZoneId zone, Instant zoneFrom, String defaultTier, MonthlyLimits limits, Boolean allowUnpriced) {

    private static final int MAX_BYTES = 200;

    /** The form of the body, for the API page. */
    @Schema(name = "TenantSettings")
    record Body(
            @Schema(description = "Shown to people") String name,

            @Schema(description = "An IANA time zone such as Europe/Berlin")
            String zone,

            @JsonProperty("zone_from")
            @Schema(description = "From when the zone holds; now when absent, and never the past")
            Instant zoneFrom,

            @JsonProperty("default_tier") @Schema(description = "One of the tenant's tiers")
            String defaultTier,

            @Schema(description = "Of the whole tenant; replaces them all, and an absent or null one is unlimited")
            MonthlyLimits limits,

            @JsonProperty("allow_unpriced")
            @Schema(description = "Whether calls without a known price may be reserved under a cost limit")
            Boolean allowUnpriced) {}

    static TenantChange read(JsonMembers members) {
        return new TenantChange(
                members.text("name", MAX_BYTES),
                members.zone("zone"),
                null,
                members.text("default_tier", MAX_BYTES),
                members.has("limits") ? members.limits("limits") : null,
                members.flag("allow_unpriced"));
    }

    /** What the operator may change. */
    static TenantChange ofOperator(JsonNode body, Instant now) {
        var members = new JsonMembers(body);
        TenantChange change = dated(read(members), members, now);
        members.mustBeGood();
        return change;
    }

    /** What the tenant's admin may change: all but the tenant's own limits, which the operator sets. */
    static TenantChange ofAdmin(JsonNode body, Instant now) {
        var members = new JsonMembers(body);
        TenantChange change = dated(read(members), members, now);
        if (members.has("limits")) {
            members.wrong("limits", "is the operator's to set");
        }
        members.mustBeGood();
        return change;
    }

    private static TenantChange dated(TenantChange read, JsonMembers members, Instant now) {
        Instant from = members.instant("zone_from");
        if (from != null && from.isBefore(now)) {
            members.wrong("zone_from", "must not lie in the past");
        }
        if (from != null && read.zone == null) {
            members.wrong("zone_from", "needs a zone");
        }
        return new TenantChange(read.name, read.zone, from, read.defaultTier, read.limits, read.allowUnpriced);
    }

    /** For the audit log. The name may name a person. */
    Map<String, Object> details() {
        var details = new LinkedHashMap<String, Object>();
        if (name != null) {
            details.put("name", "changed");
        }
        if (zone != null) {
            details.put("zone", zone.getId());
        }
        if (zoneFrom != null) {
            details.put("zone_from", zoneFrom.toString());
        }
        if (defaultTier != null) {
            details.put("default_tier", defaultTier);
        }
        if (limits != null) {
            details.put("limits", limits);
        }
        if (allowUnpriced != null) {
            details.put("allow_unpriced", allowUnpriced);
        }
        return details;
    }
}
