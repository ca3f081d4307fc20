package io.tokentally.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Speaks to the service byte by byte, for requests that no HTTP client would send. */
public record Wire(int port) {

    private static final int LONGEST_MILLIS = 20_000;

    /** Writes until the service stops listening, and reads one answer. */
    public String send(String request) {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(LONGEST_MILLIS);
            write(socket, request);
            return read(socket);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void write(Socket socket, String request) {
        try {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        } catch (IOException closed) {
            // it has heard enough
        }
    }

    private static String read(Socket socket) throws IOException {
        var answer = new StringBuilder();
        var buffer = new byte[8192];
        while (!isWhole(answer.toString())) {
            int read = socket.getInputStream().read(buffer);
            if (read < 0) {
                break;
            }
            answer.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
        }
        return answer.toString();
    }

    /** Good enough for us: an empty body, or a JSON object. */
    private static boolean isWhole(String answer) {
        return answer.contains("\r\n\r\n") && (answer.contains("content-length: 0") || answer.contains("}"));
    }
}
