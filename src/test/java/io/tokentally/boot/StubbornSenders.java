package io.tokentally.boot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Clients that send every request until it is acknowledged, each time with the same event ids. */
final class StubbornSenders {

    static final int SENDERS = 8;

    /** One request: a single event, or an array of them. */
    record Batch(List<Integer> numbers, boolean array) {

        List<String> events() {
            return numbers.stream().map(Batch::id).toList();
        }

        long promptTokens() {
            return numbers.stream().mapToLong(Batch::prompt).sum();
        }

        String json() {
            String events = numbers.stream().map(Batch::event).collect(Collectors.joining(","));
            return array ? "[" + events + "]" : events;
        }

        private static String id(int number) {
            return "kill-" + number;
        }

        private static long prompt(int number) {
            return 1 + number * 7L % 4_000;
        }

        private static String event(int number) {
            return """
                    {"user_id":%d,"session_id":"s-%d","endpoint":"chat","model":"gpt-4o-mini","prompt_tokens":%d,\
                    "completion_tokens":%d,"event_id":"%s"}""".formatted(number % 20, number % 50, prompt(number), number % 300, id(number));
        }
    }

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper json = new ObjectMapper();
    private final URI events;
    private final String accessToken;

    private final AtomicInteger nextNumber = new AtomicInteger();
    private final Semaphore acknowledgements = new Semaphore(0);
    private final Collection<Batch> acknowledged = new ConcurrentLinkedQueue<>();
    private final Collection<String> surprises = new ConcurrentLinkedQueue<>();
    private final List<Future<?>> senders = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean atWork = true;

    StubbornSenders(String url, String accessToken) {
        this.events = URI.create(url + "/api/usage/events");
        this.accessToken = accessToken;
    }

    void start(Random random) {
        for (int sender = 0; sender < SENDERS; sender++) {
            var own = new Random(random.nextLong());
            senders.add(threads.submit(() -> work(own)));
        }
    }

    /** Returns when so many further requests have been acknowledged. */
    void awaitMore(int requests) throws InterruptedException {
        acknowledgements.drainPermits();
        boolean came = acknowledgements.tryAcquire(requests, 5, TimeUnit.MINUTES);
        if (!came || !surprises.isEmpty()) {
            throw new AssertionError("not acknowledged; surprises: " + surprises);
        }
    }

    /** Lets every sender finish the request it is at; returns all that was acknowledged. */
    List<Batch> finish() throws Exception {
        atWork = false;
        for (Future<?> sender : senders) {
            sender.get();
        }
        threads.close();
        return List.copyOf(acknowledged);
    }

    List<Batch> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** Answers other than an acknowledgement or "come back later". */
    Collection<String> surprises() {
        return surprises;
    }

    /** @return how many of its events the service had not known */
    int sendAgain(Batch batch) throws IOException, InterruptedException {
        HttpResponse<String> answer = post(batch);
        return switch (answer.statusCode()) {
            case 200 ->
                batch.array
                        ? batch.numbers.size() - data(answer).get("duplicates").asInt()
                        : 0;
            default -> throw new AssertionError(answer.statusCode() + " " + answer.body());
        };
    }

    private void work(Random random) {
        while (atWork) {
            sendUntilAcknowledged(newBatch(random));
        }
    }

    private Batch newBatch(Random random) {
        boolean array = random.nextInt(4) == 0;
        int size = array ? 1 + random.nextInt(30) : 1;
        int first = nextNumber.getAndAdd(size);
        return new Batch(IntStream.range(first, first + size).boxed().toList(), array);
    }

    private void sendUntilAcknowledged(Batch batch) {
        while (!isAcknowledged(batch)) {
            if (!surprises.isEmpty()) {
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos()); // as a client does that is told to come back
        }
        acknowledged.add(batch);
        acknowledgements.release();
    }

    private boolean isAcknowledged(Batch batch) {
        try {
            HttpResponse<String> answer = post(batch);
            boolean whole = answer.statusCode() == 201 || answer.statusCode() == 200 && isWhole(batch, answer);
            if (!whole && answer.statusCode() != 503) {
                surprises.add(answer.statusCode() + " " + answer.body());
                acknowledgements.release(Short.MAX_VALUE); // whoever waits shall hear of it
            }
            return whole;
        } catch (IOException nobodyThere) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isWhole(Batch batch, HttpResponse<String> answer) throws IOException {
        if (!batch.array) {
            return true;
        }
        JsonNode counts = data(answer);
        return counts.get("recorded").asInt() + counts.get("duplicates").asInt() == batch.numbers.size();
    }

    private JsonNode data(HttpResponse<String> answer) throws IOException {
        return json.readTree(answer.body()).get("data");
    }

    private HttpResponse<String> post(Batch batch) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(events)
                .header("Authorization", "Bearer " + accessToken)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofMinutes(1))
                .POST(BodyPublishers.ofString(batch.json()))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }
}
