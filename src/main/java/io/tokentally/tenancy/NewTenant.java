package io.tokentally.tenancy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.shared.JsonMembers;
import io.tokentally.shared.TenantId;
import java.time.ZoneId;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A tenant that is wanted. What it is not given, every new tenant has. */
record NewTenant(TenantId id, TenantChange settings) {

    private static final int MAX_ID_BYTES = 63;

    /** The form of the body, for the API page. */
    @Schema(name = "NewTenant", requiredProperties = "id")
    record Body(
            @Schema(description = "1 to 63 of a-z 0-9 . _ - ; never given twice")
            String id,

            @Schema(description = "Shown to people; the id when absent")
            String name,

            @Schema(description = "An IANA time zone such as Europe/Berlin; UTC when absent")
            String zone,

            @JsonProperty("default_tier")
            @Schema(description = "The tier of users who have none: free, basic, pro or unlimited; free when absent")
            String defaultTier,

            io.tokentally.shared.MonthlyLimits limits,
            @JsonProperty("allow_unpriced") Boolean allowUnpriced) {}

    static NewTenant read(JsonNode body) {
        var members = new JsonMembers(body);
        members.require("id");
        String id = members.text("id", MAX_ID_BYTES);
        if (id != null && !TenantId.isValid(id)) {
            members.wrong("id", "must be 1 to 63 of a-z 0-9 . _ - and begin with a letter or digit");
        }
        TenantChange settings = TenantChange.read(members);
        members.mustBeGood();
        return new NewTenant(new TenantId(id), settings);
    }

    String name() {
        return settings.name() == null ? id.value() : settings.name();
    }

    ZoneId zone() {
        return settings.zone() == null ? ZoneId.of("UTC") : settings.zone();
    }

    String defaultTier() {
        return settings.defaultTier() == null ? Tenant.FIRST_DEFAULT_TIER : settings.defaultTier();
    }
}
