package io.tokentally.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokentally.shared.TokenCounts;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

/** What holds for every JSON there is, not only for the samples. */
class AnyJsonTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final int DEPTH = 3;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void anyJsonIsEitherACommandOrWrongFields(@ForAll("values") JsonNode event) {
        switch (UsageEventReader.read(event, NOW)) {
            case UsageEventReader.Accepted accepted ->
                assertThat(accepted.command().tokens()).isNotNull();
            case UsageEventReader.Refused refused ->
                assertThat(refused.errors()).isNotEmpty();
        }
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void anyUsageIsEitherCountsOrWrongFields(@ForAll("usages") JsonNode usage, @ForAll("texts") String provider) {
        switch (ProviderUsage.read(usage, provider)) {
            case ProviderUsage.Tokens tokens ->
                assertThat(tokens.counts().total()).isBetween(0L, 100_000_000L);
            case ProviderUsage.Refused refused ->
                assertThat(refused.errors())
                        .isNotEmpty()
                        .allMatch(error -> error.field().startsWith("usage"));
        }
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void aGoodEventWithOneWrongMemberNeverThrows(
            @ForAll("eventMembers") String name, @ForAll("values") JsonNode value) {
        ObjectNode event = Json.object("{\"endpoint\":\"ask\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}");
        event.set(name, value);

        assertThatCode(() -> UsageEventReader.read(event, NOW)).doesNotThrowAnyException();
    }

    @Property
    void theDisjointPartsOfOpenAiUsageAddUp(
            @ForAll @LongRange(max = 10_000_000) long uncached,
            @ForAll @LongRange(max = 10_000_000) long cached,
            @ForAll @LongRange(max = 10_000_000) long written,
            @ForAll @LongRange(max = 10_000_000) long spoken,
            @ForAll @LongRange(max = 10_000_000) long reasoning) {
        long prompt = uncached + cached + written;
        long completion = spoken + reasoning;
        ObjectNode usage = JSON.objectNode()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", completion)
                .put("total_tokens", prompt + completion);
        usage.putObject("prompt_tokens_details").put("cached_tokens", cached).put("cache_write_tokens", written);
        usage.putObject("completion_tokens_details").put("reasoning_tokens", reasoning);

        assertThat(ProviderUsage.read(usage, "openai"))
                .isEqualTo(clear(new TokenCounts(prompt, completion, cached, written, 0, reasoning)));
    }

    @Property
    void theDisjointPartsOfAnthropicUsageAddUp(
            @ForAll @LongRange(max = 10_000_000) long uncached,
            @ForAll @LongRange(max = 10_000_000) long cached,
            @ForAll @LongRange(max = 10_000_000) long fiveMinutes,
            @ForAll @LongRange(max = 10_000_000) long oneHour,
            @ForAll @LongRange(max = 10_000_000) long output) {
        ObjectNode usage = JSON.objectNode()
                .put("input_tokens", uncached)
                .put("cache_read_input_tokens", cached)
                .put("cache_creation_input_tokens", fiveMinutes + oneHour)
                .put("output_tokens", output);
        usage.putObject("cache_creation")
                .put("ephemeral_5m_input_tokens", fiveMinutes)
                .put("ephemeral_1h_input_tokens", oneHour);

        ProviderUsage read = ProviderUsage.read(usage, "anthropic");

        assertThat(read)
                .isEqualTo(clear(new TokenCounts(
                        uncached + cached + fiveMinutes + oneHour, output, cached, fiveMinutes, oneHour, 0)));
        assertThat(((ProviderUsage.Tokens) read).counts().uncachedPrompt()).isEqualTo(uncached);
    }

    private static ProviderUsage clear(TokenCounts counts) {
        return new ProviderUsage.Tokens(counts, false);
    }

    @Provide
    Arbitrary<JsonNode> values() {
        return values(DEPTH);
    }

    @Provide
    Arbitrary<JsonNode> usages() {
        return objects(usageMembers(), values(DEPTH - 1));
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> odd = Arbitraries.of(
                "", " ", "\u0000", "\ud800", "\udc00x", "xai", "api", "2026-11-21T10:00:00Z", "0000-01-01T00:00:00Z");
        return Arbitraries.oneOf(odd, Arbitraries.strings().all().ofMaxLength(20));
    }

    @Provide
    Arbitrary<String> eventMembers() {
        return Arbitraries.of(
                        "user_id",
                        "endpoint",
                        "model",
                        "provider",
                        "prompt_tokens",
                        "completion_tokens",
                        "total_tokens",
                        "cache_read_tokens",
                        "cache_write_tokens",
                        "cache_write_1h_tokens",
                        "reasoning_tokens",
                        "usage",
                        "event_id",
                        "source",
                        "occurred_at",
                        "session_id",
                        "problem_id",
                        "grade_level",
                        "call_type",
                        "operation_type",
                        "response_time_ms",
                        "success",
                        "error_message",
                        "cache_hit",
                        "tags",
                        "\u0000",
                        "\ud800")
                .flatMap(name -> Arbitraries.of(Spelling.of(name)));
    }

    private Arbitrary<String> usageMembers() {
        return Arbitraries.of(
                        "prompt_tokens",
                        "completion_tokens",
                        "total_tokens",
                        "prompt_tokens_details",
                        "completion_tokens_details",
                        "cached_tokens",
                        "reasoning_tokens",
                        "input_tokens",
                        "output_tokens",
                        "input_tokens_details",
                        "input_token_details",
                        "cache_read_input_tokens",
                        "cache_creation_input_tokens",
                        "cache_creation",
                        "ephemeral_5m_input_tokens",
                        "ephemeral_1h_input_tokens",
                        "cache_details",
                        "ttl",
                        "iterations",
                        "prompt_token_count",
                        "candidates_token_count",
                        "thoughts_token_count",
                        "cached_content_token_count",
                        "total_token_count")
                .flatMap(name -> Arbitraries.of(Spelling.of(name)));
    }

    private Arbitrary<JsonNode> scalars() {
        return Arbitraries.oneOf(
                Arbitraries.of(JSON.nullNode(), JSON.booleanNode(true), JSON.booleanNode(false)),
                texts().map(JSON::textNode),
                Arbitraries.longs().between(0, 2_000).map(JSON::numberNode).map(JsonNode.class::cast),
                Arbitraries.longs().map(JSON::numberNode).map(JsonNode.class::cast),
                Arbitraries.doubles().map(JSON::numberNode).map(JsonNode.class::cast),
                Arbitraries.of(
                        JSON.numberNode(Double.POSITIVE_INFINITY),
                        JSON.numberNode(Double.NaN),
                        JSON.numberNode(Float.NEGATIVE_INFINITY),
                        JSON.numberNode(BigInteger.TEN.pow(900)),
                        JSON.numberNode(new BigDecimal("1e2000000000")),
                        JSON.numberNode(new BigDecimal("-1e-2000000000"))));
    }

    private Arbitrary<JsonNode> values(int depth) {
        return depth == 0
                ? scalars()
                : Arbitraries.oneOf(
                        scalars(),
                        values(depth - 1)
                                .list()
                                .ofMaxSize(3)
                                .map(elements -> JSON.arrayNode().addAll(elements)),
                        objects(eventMembers(), values(depth - 1)),
                        objects(usageMembers(), values(depth - 1)));
    }

    private static Arbitrary<JsonNode> objects(Arbitrary<String> names, Arbitrary<JsonNode> values) {
        return Arbitraries.maps(names, values)
                .ofMaxSize(8)
                .map(members -> JSON.objectNode().setAll(members));
    }
}
