package io.tokentally.boot;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;

/** Where the service listens. */
record HttpAddress(String host, int port) {

    static final String HOST = "quarkus.http.host";
    static final String PORT = "quarkus.http.port";

    /** @param port given on the command line, before all other settings */
    static HttpAddress from(Settings settings, Optional<Integer> port) {
        return new HttpAddress(
                settings.find(HOST).orElse("127.0.0.1"),
                port.map(given -> number("--port", given.toString()))
                        .or(() -> settings.find(PORT).map(set -> number("QUARKUS_HTTP_PORT", set)))
                        .orElse(8080));
    }

    private static int number(String name, String port) {
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
            throw new StartRefused("%s is not a port number: %s.".formatted(name, port));
        }
        return Integer.parseInt(port);
    }

    void refuseIfTaken() {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new StartRefused("This machine does not know the host %s of QUARKUS_HTTP_HOST.".formatted(host));
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // a port whose last connections are still closing is free
            socket.bind(address);
        } catch (BindException e) {
            throw new StartRefused(sentence(e), e);
        } catch (IOException e) {
            throw new StartRefused("Cannot listen on %s:%d (%s).".formatted(host, port, Reason.of(e)), e);
        }
    }

    private String sentence(BindException e) {
        return Reason.of(e).contains("in use")
                ? "Port %d on %s is in use; stop what listens there, or choose another with --port."
                        .formatted(port, host)
                : "Cannot listen on %s:%d (%s); choose another with --port or QUARKUS_HTTP_HOST."
                        .formatted(host, port, Reason.of(e));
    }

    /** As a caller on this machine writes it. */
    String url() {
        String name = host.equals("0.0.0.0") || host.equals("::") ? "localhost" : host;
        return "http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
    }
}
