package io.tokentally.boot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A program of the operating system, run to its end. */
record Command(List<String> words) {

    record Result(int exitCode, String output) {

        boolean succeeded() {
            return exitCode == 0;
        }
    }

    boolean succeeds() {
        try {
            return run().succeeded();
        } catch (IOException e) {
            return false;
        }
    }

    Result run() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(exitCodeOf(process), output.strip());
    }

    private static int exitCodeOf(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
