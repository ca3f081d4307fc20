package io.tokentally.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jose4j.json.JsonUtil;

/**
 * The identity provider that the portal of this suite sends people to: OpenID Connect's authorization code for a public
 * client, with PKCE, as strict as RFC 7636 wants it. It asks nobody for a password.
 */
public final class SignInProvider implements AutoCloseable {

    public static final String CLIENT = "tokentally-portal";

    private static final Map<String, Map<String, String>> ASKED = new ConcurrentHashMap<>();

    private static volatile String issuer;
    private static volatile String accessToken;
    private static volatile boolean isWilling = true;

    private final HttpServer server;

    SignInProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/.well-known/openid-configuration", exchange -> answer(exchange, 200, discovery()));
        server.createContext("/authorize", SignInProvider::authorize);
        server.createContext("/token", SignInProvider::token);
        server.start();
    }

    public static String issuer() {
        return issuer;
    }

    /** Whoever comes next gets this, or is turned away. */
    public static void givesNext(String accessToken) {
        SignInProvider.accessToken = accessToken;
        isWilling = true;
    }

    public static void turnsEverybodyAway() {
        isWilling = false;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static Map<String, Object> discovery() {
        return Map.of(
                "issuer",
                issuer,
                "authorization_endpoint",
                issuer + "/authorize",
                "token_endpoint",
                issuer + "/token",
                "code_challenge_methods_supported",
                new String[] {"S256"});
    }

    private static void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> asked = form(exchange.getRequestURI().getRawQuery());
        boolean isProper = "code".equals(asked.get("response_type"))
                && CLIENT.equals(asked.get("client_id"))
                && "S256".equals(asked.get("code_challenge_method"))
                && asked.get("scope").contains("openid")
                && !asked.get("state").isEmpty();
        if (!isProper) {
            answer(exchange, 400, Map.of("error", "invalid_request"));
            return;
        }
        String code = UUID.randomUUID().toString();
        ASKED.put(code, asked);
        String result = isWilling ? "code=" + code : "error=access_denied&error_description=Not+today";
        String back = asked.get("redirect_uri") + "?" + result + "&state="
                + URLEncoder.encode(asked.get("state"), StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Location", URI.create(back).toString());
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private static void token(HttpExchange exchange) throws IOException {
        Map<String, String> sent = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Map<String, String> asked = ASKED.remove(sent.getOrDefault("code", ""));
        boolean isProved = asked != null
                && "authorization_code".equals(sent.get("grant_type"))
                && CLIENT.equals(sent.get("client_id"))
                && asked.get("redirect_uri").equals(sent.get("redirect_uri"))
                && asked.get("code_challenge").equals(challenge(sent.getOrDefault("code_verifier", "")));
        if (isProved) {
            answer(exchange, 200, Map.of("access_token", accessToken, "token_type", "Bearer", "expires_in", 600));
        } else {
            answer(exchange, 400, Map.of("error", "invalid_grant"));
        }
    }

    private static String challenge(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Map<String, String> form(String encoded) {
        return Arrays.stream(encoded.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private static void answer(HttpExchange exchange, int status, Map<String, Object> document) throws IOException {
        byte[] body = JsonUtil.toJson(document).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
