package io.tokentally.boot;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * LLM traffic as the Azure LLM inference traces record it: {@code TIMESTAMP,ContextTokens,GeneratedTokens}, times in UTC.
 * Row i is a gpt-4o-mini call of user i mod 50 with the event id {@code trace-i}; no user and no model is in the file.
 *
 * <p>The suite makes one of its own. {@code TOKENTALLY_TRACE} names a file to replay instead, such as
 * AzureLLMInferenceTrace_conv.csv of Azure/AzurePublicDataset.
 */
public record Trace(List<Call> calls) {

    private static final int USERS = 50;
    private static final BigDecimal INPUT_PER_TOKEN = new BigDecimal("0.00000015");
    private static final BigDecimal OUTPUT_PER_TOKEN = new BigDecimal("0.0000006");
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss[.SSSSSSS]");

    public record Call(int number, String occurredAt, long prompt, long completion) {

        public BigDecimal cost() {
            return INPUT_PER_TOKEN
                    .multiply(BigDecimal.valueOf(prompt))
                    .add(OUTPUT_PER_TOKEN.multiply(BigDecimal.valueOf(completion)));
        }

        String json() {
            return """
                    {"user_id":%d,"endpoint":"conversation","model":"gpt-4o-mini","prompt_tokens":%d,\
                    "completion_tokens":%d,"event_id":"trace-%d","occurred_at":"%s"}""".formatted(number % USERS, prompt, completion, number, occurredAt);
        }
    }

    public static Trace ofEnvironmentOrMade() throws IOException {
        String file = System.getenv("TOKENTALLY_TRACE");
        return file == null ? made(500) : read(Path.of(file));
    }

    private static Trace read(Path file) throws IOException {
        var calls = new ArrayList<Call>();
        for (String line : Files.readAllLines(file).stream().skip(1).toList()) {
            String[] cells = line.split(",");
            String occurredAt = LocalDateTime.parse(cells[0], TIMESTAMP)
                    .toInstant(ZoneOffset.UTC)
                    .toString();
            calls.add(new Call(
                    calls.size(), occurredAt, Long.parseLong(cells[1].strip()), Long.parseLong(cells[2].strip())));
        }
        return new Trace(calls);
    }

    private static Trace made(int size) {
        var random = new Random(2023);
        var calls = new ArrayList<Call>();
        for (int number = 0; number < size; number++) {
            String occurredAt = LocalDateTime.of(2023, 11, 16, 18, 15)
                    .plusSeconds(number * 2L)
                    .toInstant(ZoneOffset.UTC)
                    .toString();
            calls.add(new Call(number, occurredAt, 1 + random.nextInt(4_000), random.nextInt(600)));
        }
        return new Trace(calls);
    }

    long promptTokens() {
        return calls.stream().mapToLong(Call::prompt).sum();
    }

    long completionTokens() {
        return calls.stream().mapToLong(Call::completion).sum();
    }

    BigDecimal cost() {
        return calls.stream()
                .map(Call::cost)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .stripTrailingZeros();
    }
}
