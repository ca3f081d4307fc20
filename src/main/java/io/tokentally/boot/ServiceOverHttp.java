package io.tokentally.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tokentally.ledger.Rebuilt;
import io.tokentally.ledger.SelfCheckReport;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A running service, asked as any client asks it. It may take its time: there is no time-out for the answer. */
record ServiceOverHttp(String url, String accessToken) implements CheckTarget {

    private static final String PATH = "/api/platform/self-check";

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    @Override
    public SelfCheckReport check(String tenant) {
        return send(request(PATH + of(tenant)).GET(), SelfCheckReport.class);
    }

    @Override
    public Rebuilt rebuild(String tenant) {
        return send(request(PATH + "/rebuild" + of(tenant)).POST(HttpRequest.BodyPublishers.noBody()), Rebuilt.class);
    }

    private HttpRequest.Builder request(String path) {
        try {
            return HttpRequest.newBuilder(URI.create(url.replaceFirst("/+$", "") + path))
                    .header("Authorization", "Bearer " + accessToken);
        } catch (IllegalArgumentException noUrl) {
            throw new CannotCheck("%s is no address of a service.".formatted(url));
        }
    }

    private static String of(String tenant) {
        return tenant == null ? "" : "?tenant=" + URLEncoder.encode(tenant, StandardCharsets.UTF_8);
    }

    private <T> T send(HttpRequest.Builder request, Class<T> answer) {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build()) {
            return read(client.send(request.build(), BodyHandlers.ofString()), answer);
        } catch (JsonProcessingException e) {
            throw new CannotCheck("What answers at %s is no Tokentally with a self-check.".formatted(url));
        } catch (IOException e) {
            throw new CannotCheck("No service answers at %s (%s).".formatted(url, Reason.ofRootOf(e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotCheck("The check was interrupted.");
        }
    }

    private <T> T read(HttpResponse<String> response, Class<T> answer) throws JsonProcessingException {
        JsonNode body = JSON.readTree(response.body());
        if (response.statusCode() != 200) {
            throw new CannotCheck("The service at %s answered %d (%s)."
                    .formatted(url, response.statusCode(), body.path("detail").asText("no reason given")));
        }
        return JSON.treeToValue(body.path("data"), answer);
    }
}
