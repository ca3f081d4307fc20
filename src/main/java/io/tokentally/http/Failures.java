package io.tokentally.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.PartlyWritten;
import io.tokentally.shared.Refusal;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where a failure becomes an answer. What the caller reads and what the log keeps are different things. */
class Failures {

    static final String BROKEN = "Something broke here. The log has it under this X-Request-Id.";

    private static final Logger LOG = Logger.getLogger(Failures.class);

    @ServerExceptionMapper
    Response refused(Refusal refusal) {
        return Problem.of(refusal);
    }

    @ServerExceptionMapper
    Response notAuthenticated(UnauthorizedException failure) {
        return unauthorized();
    }

    @ServerExceptionMapper
    Response badCredential(AuthenticationFailedException failure) {
        return unauthorized();
    }

    @ServerExceptionMapper
    Response wrongRole(ForbiddenException failure, ContainerRequestContext request) {
        RateLimiting.countThough(request);
        return Problem.of(403, "forbidden", "This credential's roles do not allow this.");
    }

    @ServerExceptionMapper
    Response notJson(JacksonException failure) {
        return Problem.of(new InvalidInput(List.of(fieldError(failure))));
    }

    /** Quarkus has a mapper of its own for these, without a body. */
    @ServerExceptionMapper
    Response notTheRightJson(MismatchedInputException failure) {
        return notJson(failure);
    }

    @ServerExceptionMapper
    Response refusedByTheServer(WebApplicationException failure) {
        if (failure.getCause() instanceof JacksonException json) {
            return notJson(json);
        }
        int status = failure.getResponse().getStatus();
        return HttpRefusal.of(status)
                .map(Problem::of)
                .orElseGet(() -> status < 500 ? failure.getResponse() : fault(failure));
    }

    @ServerExceptionMapper
    Response partlyWritten(PartlyWritten failure) {
        String detail = failure.getMessage();
        Throwable cause = failure.getCause();
        if (cause instanceof Refusal refusal) {
            return Problem.of(refusal, detail);
        }
        return DatabaseTrouble.in(cause)
                .map(trouble -> trouble.answer(cause, detail))
                .orElseGet(() -> broken(cause, detail));
    }

    @ServerExceptionMapper
    Response fault(Throwable failure) {
        if (clientHasGone(failure)) {
            LOG.debug("The client hung up", failure);
            return Problem.of(499, "client_gone", "The client hung up.");
        }
        return DatabaseTrouble.in(failure)
                .map(trouble -> trouble.answer(failure))
                .orElseGet(() -> broken(failure, BROKEN));
    }

    private static Response broken(Throwable failure, String detail) {
        LOG.error("A request failed", failure);
        return Problem.of(500, "internal_error", detail);
    }

    /** Nobody reads the answer then; it is no fault of ours. */
    private static boolean clientHasGone(Throwable failure) {
        return failure instanceof UncheckedIOException;
    }

    private static Response unauthorized() {
        return Problem.response(
                        401, "unauthorized", "Send a valid access token or API key: Authorization: Bearer …", Map.of())
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
                .build();
    }

    private static FieldError fieldError(JacksonException failure) {
        if (failure instanceof UnrecognizedPropertyException unknown) {
            return new FieldError(unknown.getPropertyName(), "is not a known member");
        }
        if (failure instanceof JsonMappingException mapping
                && !mapping.getPath().isEmpty()) {
            String field = mapping.getPath().stream()
                    .map(JsonMappingException.Reference::getFieldName)
                    .map(name -> name == null ? "[]" : name)
                    .collect(Collectors.joining("."));
            return new FieldError(field, "has the wrong type");
        }
        return new FieldError("body", "is not well-formed JSON");
    }
}
