package io.tokentally.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** An identity provider on this machine: it publishes keys, signs with them, and counts who asks. */
public final class LocalProvider implements AutoCloseable {

    private final HttpServer server;
    private final Map<String, PublicJsonWebKey> published = new TreeMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile String answer;
    private volatile int status = 200;

    public LocalProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/jwks.json", this::answer);
        server.start();
    }

    public String jwksUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks.json";
    }

    public int requests() {
        return requests.get();
    }

    /** @param algorithm RS256 or ES256 */
    public static PublicJsonWebKey key(String kid, String algorithm) {
        try {
            PublicJsonWebKey key = algorithm.startsWith("ES")
                    ? EcJwkGenerator.generateJwk(EllipticCurves.P256)
                    : RsaJwkGenerator.generateJwk(2048);
            key.setKeyId(kid);
            key.setAlgorithm(algorithm);
            key.setUse("sig");
            return key;
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    public synchronized void publish(PublicJsonWebKey key) {
        published.put(key.getKeyId(), key);
    }

    public synchronized void takeBack(PublicJsonWebKey key) {
        published.remove(key.getKeyId());
    }

    /** From now on, instead of the keys; null for the keys again. */
    public void answersWith(int status, String body) {
        this.status = status;
        this.answer = body;
    }

    public static String signed(Map<String, Object> claims, PublicJsonWebKey key) {
        return signed(claims, key, key.getKeyId(), key.getAlgorithm());
    }

    /** @param kid null for a token without one */
    public static String signed(Map<String, Object> claims, PublicJsonWebKey key, String kid, String algorithm) {
        var token = new JsonWebSignature();
        var all = new JwtClaims();
        claims.forEach(all::setClaim);
        token.setPayload(all.toJson());
        token.setKey(key.getPrivateKey());
        token.setAlgorithmHeaderValue(algorithm);
        if (kid != null) {
            token.setKeyIdHeaderValue(kid);
        }
        try {
            return token.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** These claims of a token that is good now, for ten minutes. */
    public static Map<String, Object> goodNow(Map<String, Object> claims) {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> fresh = new TreeMap<>(claims);
        fresh.put("iat", now);
        fresh.put("exp", now + 600);
        return fresh;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        byte[] body = (answer == null ? jwks() : answer).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Cache-Control", "public, max-age=604800");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private synchronized String jwks() {
        return new JsonWebKeySet(published.values().stream().toList()).toJson(OutputControlLevel.PUBLIC_ONLY);
    }
}
