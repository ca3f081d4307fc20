package io.tokentally.reporting;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Success;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/platform/usage")
@Tag(name = "Platform")
@RunOnVirtualThread
@RolesAllowed(Roles.PLATFORM_ADMIN)
public class PlatformUsageResource {

    private final PlatformReport report;

    PlatformUsageResource(PlatformReport report) {
        this.report = report;
    }

    @GET
    @Operation(
            operationId = "getPlatformUsage",
            summary = "Totals per tenant: all time, this month, today",
            description =
                    "Nothing of a tenant's users, endpoints or sessions. Sorted by anything but id, every tenant is"
                            + " visited, the highest first.")
    @APIResponse(responseCode = "200", description = "The page")
    public Success<PlatformUsage> usage(
            @Parameter(
                            schema =
                                    @Schema(
                                            enumeration = {
                                                "id",
                                                "total_api_calls",
                                                "total_cost",
                                                "monthly_api_calls",
                                                "monthly_cost"
                                            },
                                            defaultValue = "id"))
                    @QueryParam("sortBy")
                    String sortBy,
            @Parameter(
                            description = "Tenants to return, 1 to 1000",
                            schema = @Schema(type = SchemaType.INTEGER, defaultValue = "100"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "Tenants to skip", schema = @Schema(type = SchemaType.INTEGER, defaultValue = "0"))
                    @QueryParam("offset")
                    String offset) {
        var parameters = new QueryParameters();
        var by = parameters.oneOf("sortBy", sortBy, PlatformReport.SortBy.class, PlatformReport.SortBy.ID);
        long most = parameters.number("limit", limit, 100, 1, 1_000);
        long from = parameters.number("offset", offset, 0, 0, Integer.MAX_VALUE);
        parameters.mustBeGood();
        return Success.of(report.of(by, most, from));
    }
}
