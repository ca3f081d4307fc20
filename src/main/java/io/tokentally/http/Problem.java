package io.tokentally.http;

import io.tokentally.shared.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A problem document (RFC 9457) with {@code "success": false} and a stable {@code code}. It has no {@code instance} and
 * echoes no id: what you may not see and what does not exist must read the same.
 */
final class Problem {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPE_PREFIX = "urn:tokentally:problem:";

    private Problem() {}

    static Response of(Refusal refusal) {
        return of(refusal, refusal.getMessage());
    }

    static Response of(Refusal refusal, String detail) {
        var response = response(refusal.kind().status(), refusal.code(), detail, refusal.members());
        refusal.headers().forEach(response::header);
        return response.build();
    }

    static Response of(HttpRefusal refusal) {
        return of(refusal.status(), refusal.code(), refusal.detail());
    }

    static Response of(int status, String code, String detail) {
        return response(status, code, detail, Map.of()).build();
    }

    /** Answers a request that has not come to the REST layer. */
    static void send(HttpServerRequest request, HttpRefusal refusal) {
        send(request, refusal.status(), refusal.code(), refusal.detail());
    }

    static void send(HttpServerRequest request, int status, String code, String detail) {
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .putHeader(RequestIds.HEADER, RequestIds.idFor(request.getHeader(RequestIds.HEADER)))
                .end(new JsonObject(body(status, code, detail, Map.of())).encode());
    }

    private static String title(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return known == null ? "Error" : known.getReasonPhrase();
    }

    static Response.ResponseBuilder response(int status, String code, String detail, Map<String, Object> members) {
        return Response.status(status).type(MEDIA_TYPE).entity(body(status, code, detail, members));
    }

    static Map<String, Object> body(int status, String code, String detail, Map<String, Object> members) {
        var body = new LinkedHashMap<String, Object>();
        body.put("type", TYPE_PREFIX + code);
        body.put("title", title(status));
        body.put("status", status);
        body.put("detail", detail);
        body.put("success", false);
        body.put("code", code);
        body.putAll(members);
        return body;
    }
}
