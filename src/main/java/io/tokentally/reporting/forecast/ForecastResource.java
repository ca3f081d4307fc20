package io.tokentally.reporting.forecast;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Success;
import io.tokentally.shared.Text;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/usage/forecast")
@Tag(name = "Reports")
@RunOnVirtualThread
@RolesAllowed({Roles.ADMIN, Roles.SERVICE, Roles.MEMBER})
public class ForecastResource {

    private final Caller caller;
    private final Forecasts forecasts;

    ForecastResource(Caller caller, Forecasts forecasts) {
        this.caller = caller;
        this.forecasts = forecasts;
    }

    @GET
    @Operation(
            operationId = "getForecast",
            summary = "What this month will come to, and when a limit will be reached",
            description =
                    "Cost, tokens and calls of the whole tenant, of one user, or of one endpoint. Whole days teach; of"
                            + " today what was used counts, and what is left of it is projected like the days after"
                            + " it. Beside each projection stands how such projections were off on past days, and how"
                            + " the mean of the last seven days would have been. A member sees only themselves.")
    @APIResponse(responseCode = "200", description = "The forecast")
    @APIResponse(responseCode = "404", description = "Never seen, or not yours to see (not_found)")
    public Success<Forecast> forecast(
            @Parameter(description = "Of this user; a member may leave it out: themselves") @QueryParam("userId")
                    String userId,
            @Parameter(description = "Of this endpoint; not together with userId") @QueryParam("endpoint")
                    String endpoint,
            @Parameter(
                            description = "USD of this month: the answer says when they will be spent",
                            schema = @Schema(type = SchemaType.NUMBER, examples = "50"))
                    @QueryParam("budget")
                    String budget) {
        var parameters = new QueryParameters();
        UserId user = parameters.userId("userId", userId);
        String ofEndpoint = parameters.text("endpoint", endpoint, Text.MAX_NAME_BYTES);
        BigDecimal amount = parameters.amount("budget", budget);
        if (userId != null && endpoint != null) {
            parameters.wrong("endpoint", "must not be sent together with userId");
        }
        parameters.mustBeGood();
        return Success.of(forecasts.of(caller.tenant(), whose(user, ofEndpoint), amount));
    }

    private Whose whose(UserId user, String endpoint) {
        if (user != null) {
            caller.mustBeAllowedToSee(user);
            return new Whose.User(user, true);
        }
        if (caller.isOnlyMember()) {
            return themselves(endpoint);
        }
        return endpoint == null ? new Whose.Everybody() : new Whose.Endpoint(endpoint);
    }

    private Whose themselves(String endpoint) {
        if (endpoint != null) {
            throw new NotFound();
        }
        return new Whose.User(caller.user(), false);
    }
}
