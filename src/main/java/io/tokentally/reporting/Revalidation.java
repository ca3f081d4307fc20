package io.tokentally.reporting;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.TenantTransactions;
import io.vertx.core.http.HttpServerResponse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * {@code ETag} and {@code If-None-Match}. An answer holds as long as no fact came (their number only grows), nothing was
 * written into the audit log (people, zones), no month was sealed, and this is the same version, reader and request; and no
 * longer than until the next full five minutes, because of what shows in none of these: the time, sums that are being made
 * anew, an erasure under way. The tag is taken before the answer is read, so it is never younger than that.
 */
@ApplicationScoped
class Revalidation {

    private static final int AFTER_THE_PARAMETERS = Priorities.USER + 10;

    private static final String TAG = "tokentally.tag";

    private static final String STATE = """
            select coalesce((select events from rollup_tenant
                             where tenant_id = :tenant and grain = 'ever' and period = '0001-01-01'), 0)
                   || ' ' || coalesce((select id::text from audit_log where tenant_id = :tenant order by id desc limit 1), '')
                   || ' ' || coalesce((select count(*)::text from sealed_usage()), '')""";

    private static final long LONGEST_SECONDS = 300;

    private final Caller caller;
    private final TenantTransactions transactions;
    private final Clock clock;
    private final String version;

    Revalidation(
            Caller caller,
            TenantTransactions transactions,
            Clock clock,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.caller = caller;
        this.transactions = transactions;
        this.clock = clock;
        this.version = version;
    }

    /** @return null: the report is made */
    @Revalidated
    @ServerRequestFilter(priority = AFTER_THE_PARAMETERS)
    Response unchanged(ContainerRequestContext request) {
        EntityTag tag = tag(request.getUriInfo().getRequestUri().toString());
        request.setProperty(TAG, tag);
        ResponseBuilder unchanged = request.getRequest().evaluatePreconditions(tag);
        return unchanged == null ? null : unchanged.tag(tag).build();
    }

    /** A browser may keep the answer, and asks each time whether it still holds. */
    @Revalidated
    @ServerResponseFilter
    void tag(ContainerRequestContext request, ContainerResponseContext response, HttpServerResponse http) {
        int status = response.getStatus();
        if (request.getProperty(TAG) instanceof EntityTag tag && (status == 200 || status == 304)) {
            http.headers().remove(HttpHeaders.CACHE_CONTROL);
            response.getHeaders().putSingle(HttpHeaders.ETAG, tag);
            response.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, "private, no-cache");
            response.getHeaders().putSingle(HttpHeaders.VARY, HttpHeaders.AUTHORIZATION);
        }
    }

    private EntityTag tag(String request) {
        TenantId tenant = caller.tenant();
        long now = clock.instant().getEpochSecond() / LONGEST_SECONDS;
        String state = transactions.read(
                tenant,
                transaction -> transaction
                        .createQuery(STATE)
                        .bind("tenant", tenant.value())
                        .mapTo(String.class)
                        .one());
        String reader = caller.principal().roles().stream().sorted().toList()
                + caller.principal().user().map(UserId::value).orElse("");
        return new EntityTag(digest(String.join("\n", version, Long.toString(now), state, reader, request)), true);
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
