package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What each tenant used, a page at a time. {@code total} counts all tenants. No user, endpoint or session is in it. */
public record PlatformUsage(List<Row> tenants, long total, long limit, long offset) {

    /**
     * @param timeZone the tenant's, whose month and day they are
     * @param stats as the tenant's own admin sees them
     */
    @Schema(name = "PlatformUsageRow")
    public record Row(
            String id,
            String name,
            @JsonProperty("time_zone") String timeZone,
            Stats stats) {}
}
