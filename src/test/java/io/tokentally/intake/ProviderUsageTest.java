package io.tokentally.intake;

import static io.tokentally.intake.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.shared.FieldError;
import io.tokentally.shared.TokenCounts;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderUsageTest {

    @Nested
    class OpenAiChat {

        @Test
        void hasCacheAndReasoningInside() {
            assertThat(clear("""
                    {"prompt_tokens":1000,"completion_tokens":200,"total_tokens":1200,
                     "prompt_tokens_details":{"cached_tokens":600,"cache_write_tokens":0,"audio_tokens":0},
                     "completion_tokens_details":{"reasoning_tokens":64,"audio_tokens":0,
                      "accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}""")).isEqualTo(new TokenCounts(1000, 200, 600, 0, 0, 64));
        }

        @Test
        void hasCacheWritesInside() {
            assertThat(clear("""
                    {"prompt_tokens":1000,"completion_tokens":200,"total_tokens":1200,
                     "prompt_tokens_details":{"cached_tokens":600,"cache_write_tokens":300}}""")).isEqualTo(new TokenCounts(1000, 200, 600, 300, 0, 0));
        }

        @Test
        void needsNoDetails() {
            assertThat(clear("{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}"))
                    .isEqualTo(TokenCounts.of(9, 2));
        }

        @Test
        void takesNullDetailsAsNone() {
            assertThat(clear("""
                    {"prompt_tokens":9,"completion_tokens":2,"total_tokens":null,
                     "prompt_tokens_details":null,"completion_tokens_details":{"reasoning_tokens":null}}""")).isEqualTo(TokenCounts.of(9, 2));
        }

        @Test
        void takesAnEmptyListAsTheEmptyObjectOfPhp() {
            assertThat(clear("{\"prompt_tokens\":9,\"completion_tokens\":2,\"prompt_tokens_details\":[]}"))
                    .isEqualTo(TokenCounts.of(9, 2));
        }

        @Test
        void hasNoCompletionForEmbeddings() {
            assertThat(clear("{\"prompt_tokens\":8,\"total_tokens\":8}")).isEqualTo(TokenCounts.of(8, 0));
        }

        @Test
        void mayBeSpeltInCamelCase() {
            assertThat(clear("""
                    {"promptTokens":1000,"completionTokens":200,"totalTokens":1200,
                     "promptTokensDetails":{"cachedTokens":600}}""")).isEqualTo(new TokenCounts(1000, 200, 600, 0, 0, 0));
        }

        @Test
        void countsDeepSeekCacheHitsOnce() {
            assertThat(clear("""
                    {"prompt_tokens":1000,"completion_tokens":200,"total_tokens":1200,
                     "prompt_cache_hit_tokens":600,"prompt_cache_miss_tokens":400,
                     "prompt_tokens_details":{"cached_tokens":600}}""")).isEqualTo(new TokenCounts(1000, 200, 600, 0, 0, 0));
        }

        @Test
        void ignoresWhatGroqMistralAndOpenRouterAdd() {
            assertThat(clear("""
                    {"queue_time":0.037,"prompt_time":0.000680594,"completion_time":0.46333,"total_time":0.464,
                     "prompt_audio_seconds":{},"cost":0.0012,"cost_details":{"upstream_inference_cost":null},
                     "prompt_tokens":18,"completion_tokens":556,"total_tokens":574}""")).isEqualTo(TokenCounts.of(18, 556));
        }

        @Test
        void countsTheCacheOfLiteLlmOnce() {
            assertThat(clear("""
                    {"prompt_tokens":1150,"completion_tokens":200,"total_tokens":1350,
                     "prompt_tokens_details":{"cached_tokens":600,"cache_creation_tokens":150,
                      "cache_creation_token_details":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":50}},
                     "cache_creation_input_tokens":150,"cache_read_input_tokens":600}""")).isEqualTo(new TokenCounts(1150, 200, 600, 100, 50, 0));
        }

        @Test
        void isReadAsExclusiveWhenOnlyThatFitsTheTotal() {
            assertThat(clear("""
                    {"prompt_tokens":400,"completion_tokens":200,"total_tokens":1350,
                     "cache_creation_input_tokens":150,"cache_read_input_tokens":600}""")).isEqualTo(new TokenCounts(1150, 200, 600, 150, 0, 0));
        }

        @Test
        void keepsCacheLargerThanThePromptAndSaysSo() {
            assertThat(ambiguous("""
                    {"prompt_tokens":400,"completion_tokens":200,"total_tokens":600,
                     "prompt_tokens_details":{"cached_tokens":600}}""")).isEqualTo(new TokenCounts(600, 200, 600, 0, 0, 0));
        }

        @Test
        void keepsReasoningLargerThanTheCompletionAndSaysSo() {
            assertThat(ambiguous("""
                    {"prompt_tokens":10,"completion_tokens":20,
                     "completion_tokens_details":{"reasoning_tokens":50}}""")).isEqualTo(new TokenCounts(10, 50, 0, 0, 0, 50));
        }

        @Test
        void isKeptAsItIsWhenNothingFitsTheTotal() {
            assertThat(ambiguous("""
                    {"prompt_tokens":1000,"completion_tokens":200,"total_tokens":5000,
                     "prompt_tokens_details":{"cached_tokens":600}}""")).isEqualTo(new TokenCounts(1000, 200, 600, 0, 0, 0));
        }

        @Test
        void takesTheLargerOfTwoNamesThatDisagree() {
            assertThat(ambiguous("""
                    {"prompt_tokens":1000,"completion_tokens":200,"prompt_cache_hit_tokens":500,
                     "prompt_tokens_details":{"cached_tokens":600}}""")).isEqualTo(new TokenCounts(1000, 200, 600, 0, 0, 0));
        }
    }

    @Nested
    class XAi {

        private static final String WITHOUT_TOTAL = """
                {"prompt_tokens":32,"completion_tokens":9,"completion_tokens_details":{"reasoning_tokens":7}}""";

        @Test
        void addsReasoningWhenTheTotalSaysSo() {
            assertThat(clear("""
                    {"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,
                     "completion_tokens_details":{"reasoning_tokens":94}}""")).isEqualTo(new TokenCounts(32, 103, 0, 0, 0, 94));
        }

        @Test
        void doesNotAddReasoningWhenTheTotalSaysItIsInside() {
            assertThat(clear("xai", """
                    {"prompt_tokens":32,"completion_tokens":9,"total_tokens":41,
                     "completion_tokens_details":{"reasoning_tokens":7}}""")).isEqualTo(new TokenCounts(32, 9, 0, 0, 0, 7));
        }

        @ParameterizedTest
        @ValueSource(strings = {"xai", "x_ai", "xAI", "x.ai"})
        void addsReasoningByItsNameWhenThereIsNoTotal(String provider) {
            assertThat(clear(provider, WITHOUT_TOTAL)).isEqualTo(new TokenCounts(32, 16, 0, 0, 0, 7));
        }

        @ParameterizedTest
        @ValueSource(strings = {"openai", "azure", "Ωxβ"})
        void isNotAnybodyElse(String provider) {
            assertThat(clear(provider, WITHOUT_TOTAL)).isEqualTo(new TokenCounts(32, 9, 0, 0, 0, 7));
        }
    }

    @Nested
    class Perplexity {

        @Test
        void addsReasoningThatItsTotalLeavesOut() {
            assertThat(ambiguous("perplexity", """
                    {"prompt_tokens":33,"completion_tokens":11395,"total_tokens":11428,
                     "citation_tokens":52,"num_search_queries":18,"reasoning_tokens":73997}""")).isEqualTo(new TokenCounts(33, 85392, 0, 0, 0, 73997));
        }
    }

    @Nested
    class OpenAiResponses {

        @Test
        void hasCacheAndReasoningInside() {
            assertThat(clear("""
                    {"input_tokens":320,"input_tokens_details":{"cached_tokens":256,"cache_write_tokens":0},
                     "output_tokens":90,"output_tokens_details":{"reasoning_tokens":40},"total_tokens":410}""")).isEqualTo(new TokenCounts(320, 90, 256, 0, 0, 40));
        }

        @Test
        void hasThemInsideAlsoWithoutATotal() {
            assertThat(clear("""
                    {"input_tokens":320,"input_tokens_details":{"cached_tokens":256},"output_tokens":90}""")).isEqualTo(new TokenCounts(320, 90, 256, 0, 0, 0));
        }

        @Test
        void isNotConfusedByZerosOfAnthropicNames() {
            assertThat(clear("""
                    {"input_tokens":320,"input_tokens_details":{"cached_tokens":256},"output_tokens":90,
                     "cache_read_input_tokens":0,"cache_creation_input_tokens":0}""")).isEqualTo(new TokenCounts(320, 90, 256, 0, 0, 0));
        }

        @Test
        void hasSingularDetailsWhenRealtime() {
            assertThat(clear("""
                    {"input_tokens":127,"output_tokens":160,"total_tokens":287,
                     "input_token_details":{"cached_tokens":64,"text_tokens":119,"audio_tokens":8,
                      "cached_tokens_details":{"text_tokens":64,"audio_tokens":0}},
                     "output_token_details":{"text_tokens":30,"audio_tokens":130}}""")).isEqualTo(new TokenCounts(127, 160, 64, 0, 0, 0));
        }

        @Test
        void isAlsoTheFormOfTranscriptions() {
            assertThat(clear("""
                    {"type":"tokens","input_tokens":14,"input_token_details":{"text_tokens":0,"audio_tokens":14},
                     "output_tokens":45,"total_tokens":59}""")).isEqualTo(TokenCounts.of(14, 45));
        }

        @Test
        void isAlsoTheFormOfCodex() {
            assertThat(clear("""
                    {"input_tokens":320,"cached_input_tokens":256,"output_tokens":90,
                     "reasoning_output_tokens":40,"total_tokens":410}""")).isEqualTo(new TokenCounts(320, 90, 256, 0, 0, 40));
        }

        @Test
        void isAlsoTheFormOfLangChain() {
            assertThat(clear("""
                    {"input_tokens":350,"output_tokens":240,"total_tokens":590,
                     "input_token_details":{"audio":10,"cache_creation":200,"cache_read":100},
                     "output_token_details":{"audio":10,"reasoning":200}}""")).isEqualTo(new TokenCounts(350, 240, 100, 200, 0, 200));
        }
    }

    @Nested
    class AnthropicMessages {

        @Test
        void hasCacheBesideTheInput() {
            assertThat(clear("""
                    {"input_tokens":400,"cache_read_input_tokens":600,"cache_creation_input_tokens":150,
                     "cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":50},
                     "output_tokens":200,"output_tokens_details":{"thinking_tokens":80},
                     "server_tool_use":{"web_search_requests":1,"web_fetch_requests":0},
                     "service_tier":"standard","inference_geo":"us"}""")).isEqualTo(new TokenCounts(1150, 200, 600, 100, 50, 80));
        }

        @Test
        void takesWritesWithoutBreakdownAsFiveMinutes() {
            assertThat(clear("""
                    {"input_tokens":400,"cache_creation_input_tokens":150,"cache_read_input_tokens":null,
                     "cache_creation":null,"output_tokens":200}""")).isEqualTo(new TokenCounts(550, 200, 0, 150, 0, 0));
        }

        @Test
        void takesWhatTheBreakdownLeavesOverAsFiveMinutes() {
            assertThat(clear("""
                    {"input_tokens":400,"cache_creation_input_tokens":200,"output_tokens":200,
                     "cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":50}}""")).isEqualTo(new TokenCounts(600, 200, 0, 150, 50, 0));
        }

        @Test
        void trustsTheBreakdownOverAFlatZero() {
            assertThat(clear("""
                    {"input_tokens":400,"cache_creation_input_tokens":0,"output_tokens":200,
                     "cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":50}}""")).isEqualTo(new TokenCounts(550, 200, 0, 100, 50, 0));
        }

        @Test
        void isReadAsInclusiveWhenOnlyThatFitsATotal() {
            assertThat(clear("""
                    {"input_tokens":1150,"cache_read_input_tokens":600,"cache_creation_input_tokens":150,
                     "output_tokens":200,"total_tokens":1350}""")).isEqualTo(new TokenCounts(1150, 200, 600, 150, 0, 0));
        }

        @Test
        void needsBothCountsForAFragmentOfAStreamIsNoCall() {
            assertThat(refused("{\"output_tokens\":200}"))
                    .containsExactly(new FieldError("usage.input_tokens", "is required"));
            assertThat(refused("{\"input_tokens\":200}"))
                    .containsExactly(new FieldError("usage.output_tokens", "is required"));
        }

        @Test
        void saysSoWhenIterationsWereBilledBesideTheCounts() {
            assertThat(ambiguous("""
                    {"input_tokens":400,"output_tokens":200,"iterations":[
                     {"type":"compaction","input_tokens":9000,"output_tokens":700},
                     {"type":"message","input_tokens":400,"output_tokens":200}]}""")).isEqualTo(TokenCounts.of(400, 200));
        }

        @Test
        void isClearWhenAllIterationsAreMessages() {
            assertThat(clear("{\"input_tokens\":4,\"output_tokens\":2,\"iterations\":[{\"type\":\"message\"}]}"))
                    .isEqualTo(TokenCounts.of(4, 2));
        }
    }

    @Nested
    class BedrockConverse {

        @Test
        void hasCacheBesideTheInputWhenTheTotalSaysSo() {
            assertThat(clear("""
                    {"inputTokens":400,"outputTokens":200,"totalTokens":1350,
                     "cacheReadInputTokens":600,"cacheWriteInputTokens":150,
                     "cacheDetails":[{"ttl":"1h","inputTokens":50},{"ttl":"5m","inputTokens":100}]}""")).isEqualTo(new TokenCounts(1150, 200, 600, 100, 50, 0));
        }

        @Test
        void hasCacheInsideTheInputWhenTheTotalSaysSo() {
            assertThat(clear("""
                    {"inputTokens":1000,"outputTokens":200,"totalTokens":1200,"cacheReadInputTokens":600}""")).isEqualTo(new TokenCounts(1000, 200, 600, 0, 0, 0));
        }

        @Test
        void isReadAsAnthropicsWhenNothingFitsTheTotal() {
            assertThat(ambiguous("""
                    {"inputTokens":400,"outputTokens":200,"totalTokens":9,"cacheReadInputTokens":600}""")).isEqualTo(new TokenCounts(1000, 200, 600, 0, 0, 0));
        }

        @Test
        void hasUncachedClampedAtZeroWhenTheTotalSaysInsideButItDoesNotFit() {
            assertThat(ambiguous("""
                    {"inputTokens":400,"outputTokens":200,"totalTokens":600,"cacheReadInputTokens":600}""")).isEqualTo(new TokenCounts(600, 200, 600, 0, 0, 0));
        }
    }

    @Nested
    class Gemini {

        @Test
        void hasThoughtsOnTop() {
            assertThat(clear("""
                    {"promptTokenCount":1000,"cachedContentTokenCount":700,"candidatesTokenCount":120,
                     "thoughtsTokenCount":80,"toolUsePromptTokenCount":0,"totalTokenCount":1200,
                     "promptTokensDetails":[{"modality":"TEXT","tokenCount":900},{"modality":"AUDIO","tokenCount":100}],
                     "trafficType":"ON_DEMAND"}""")).isEqualTo(new TokenCounts(1000, 200, 700, 0, 0, 80));
        }

        @Test
        void hasToolResultsOnTop() {
            assertThat(clear("""
                    {"promptTokenCount":1000,"candidatesTokenCount":120,"thoughtsTokenCount":80,
                     "toolUsePromptTokenCount":300,"totalTokenCount":1500}""")).isEqualTo(new TokenCounts(1300, 200, 0, 0, 0, 80));
        }

        @Test
        void leavesOutWhatIsZero() {
            assertThat(clear("{\"promptTokenCount\":10,\"totalTokenCount\":10}"))
                    .isEqualTo(TokenCounts.of(10, 0));
        }

        @Test
        void isSpeltInSnakeCaseByItsLibraries() {
            assertThat(clear("""
                    {"prompt_token_count":1000,"cached_content_token_count":700,"candidates_token_count":120,
                     "thoughts_token_count":80,"tool_use_prompt_token_count":null,"total_token_count":1200}""")).isEqualTo(new TokenCounts(1000, 200, 700, 0, 0, 80));
        }

        @Test
        void callsTheAnswerAResponseWhenLive() {
            assertThat(clear("{\"promptTokenCount\":10,\"responseTokenCount\":5,\"totalTokenCount\":15}"))
                    .isEqualTo(TokenCounts.of(10, 5));
        }

        @Test
        void addsThoughtsAlsoWithoutATotal() {
            assertThat(clear("{\"promptTokenCount\":10,\"candidatesTokenCount\":5,\"thoughtsTokenCount\":3}"))
                    .isEqualTo(new TokenCounts(10, 8, 0, 0, 0, 3));
        }

        @Test
        void isKeptWhenItsTotalDoesNotAddUp() {
            assertThat(ambiguous("{\"promptTokenCount\":10,\"candidatesTokenCount\":5,\"totalTokenCount\":99}"))
                    .isEqualTo(TokenCounts.of(10, 5));
        }
    }

    /** The table of what each number includes, one row per source that sends usage of one call. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            OpenAI chat        | {"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":10},"completion_tokens_details":{"reasoning_tokens":20}} | 100 | 50 | 60 | 10 | 20
            OpenAI responses   | {"input_tokens":100,"output_tokens":50,"total_tokens":150,"input_tokens_details":{"cached_tokens":60,"cache_write_tokens":10},"output_tokens_details":{"reasoning_tokens":20}} | 100 | 50 | 60 | 10 | 20
            Anthropic messages | {"input_tokens":100,"output_tokens":50,"cache_read_input_tokens":60,"cache_creation_input_tokens":10,"output_tokens_details":{"thinking_tokens":20}} | 170 | 50 | 60 | 10 | 20
            Bedrock Claude     | {"inputTokens":100,"outputTokens":50,"totalTokens":220,"cacheReadInputTokens":60,"cacheWriteInputTokens":10} | 170 | 50 | 60 | 10 | 0
            Bedrock OpenAI     | {"inputTokens":100,"outputTokens":50,"totalTokens":150,"cacheReadInputTokens":60,"cacheWriteInputTokens":10} | 100 | 50 | 60 | 10 | 0
            Gemini             | {"promptTokenCount":100,"cachedContentTokenCount":60,"candidatesTokenCount":30,"thoughtsTokenCount":20,"toolUsePromptTokenCount":5,"totalTokenCount":155} | 105 | 50 | 60 | 0 | 20
            DeepSeek           | {"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_cache_hit_tokens":60,"prompt_cache_miss_tokens":40} | 100 | 50 | 60 | 0 | 0
            xAI                | {"prompt_tokens":100,"completion_tokens":30,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":60},"completion_tokens_details":{"reasoning_tokens":20}} | 100 | 50 | 60 | 0 | 20
            Claude Code        | {"input_tokens":100,"output_tokens":50,"cache_read_input_tokens":60,"cache_creation_input_tokens":10,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":0}} | 170 | 50 | 60 | 10 | 0
            Codex              | {"input_tokens":100,"cached_input_tokens":60,"output_tokens":50,"reasoning_output_tokens":20,"total_tokens":150} | 100 | 50 | 60 | 0 | 20
            LiteLLM            | {"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"cache_read_input_tokens":60,"cache_creation_input_tokens":10} | 100 | 50 | 60 | 10 | 0
            """)
    void readsEachSourceByWhatItsNumbersInclude(
            String source,
            String usage,
            long prompt,
            long completion,
            long cacheRead,
            long cacheWrite,
            long reasoning) {
        assertThat(clear(usage)).isEqualTo(new TokenCounts(prompt, completion, cacheRead, cacheWrite, 0, reasoning));
    }

    @Nested
    class MixedShapes {

        @Test
        void areAcceptedWhenTheyAgree() {
            assertThat(clear("""
                    {"prompt_tokens":10,"completion_tokens":5,"input_tokens":10,"output_tokens":5,"total_tokens":15}""")).isEqualTo(TokenCounts.of(10, 5));
        }

        @Test
        void areRefusedWhenTheyDisagree() {
            assertThat(refused("""
                    {"prompt_tokens":10,"completion_tokens":5,"input_tokens":11,"output_tokens":5}"""))
                    .containsExactly(
                            new FieldError("usage", "mixes the shapes of several providers, and they disagree"));
        }

        @Test
        void sayNothingWhereAGatewayFilledInZeros() {
            assertThat(clear("""
                    {"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,
                     "input_tokens":0,"output_tokens":0,"input_tokens_details":null}""")).isEqualTo(TokenCounts.of(10, 5));
        }

        @Test
        void mayBeZeroAltogether() {
            assertThat(clear("""
                    {"prompt_tokens":0,"completion_tokens":0,"total_tokens":0,"input_tokens":0,"output_tokens":0}""")).isEqualTo(TokenCounts.NONE);
        }
    }

    @Nested
    class Refuses {

        @ParameterizedTest
        @ValueSource(strings = {"null", "[]", "[{\"prompt_tokens\":1}]", "\"prompt_tokens\"", "12", "true"})
        void whatIsNoObject(String usage) {
            assertThat(refused(usage))
                    .containsExactly(new FieldError("usage", "must be an object: the provider's own usage, verbatim"));
        }

        @Test
        void nothingAtAll() {
            assertThat(ProviderUsage.read(null, null)).isInstanceOf(ProviderUsage.Refused.class);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{\"type\":\"duration\",\"seconds\":12.5}",
                    "{\"total_tokens\":8}",
                    "{\"prompt_tokens\":null,\"completion_tokens\":null}",
                    "{\"tokens\":{\"input_tokens\":1}}"
                })
        void aShapeItDoesNotKnow(String usage) {
            assertThat(refused(usage)).extracting(FieldError::field).containsExactly("usage");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "-1",
                    "1.5",
                    "\"12\"",
                    "true",
                    "[]",
                    "{}",
                    "100000001",
                    "99999999999999999999",
                    "1e400",
                    "-1e400",
                    "1e9999"
                })
        void aNumberThatIsNoCount(String number) {
            String usage = "{\"prompt_tokens\":%s,\"completion_tokens\":1}".formatted(number);

            assertThat(refused(usage))
                    .containsExactly(
                            new FieldError("usage.prompt_tokens", "must be a whole number from 0 to 100000000"));
            assertThat(ProviderUsage.read(Json.exactJson(usage), null)).isInstanceOf(ProviderUsage.Refused.class);
        }

        @Test
        void allWrongNumbersAtOnceUnderTheNamesTheyWereSentWith() {
            assertThat(refused("""
                    {"promptTokens":-1,"completion_tokens":"2","prompt_tokens_details":{"cachedTokens":0.5},
                     "completion_tokens_details":7}"""))
                    .extracting(FieldError::field)
                    .containsExactlyInAnyOrder(
                            "usage.promptTokens",
                            "usage.completion_tokens",
                            "usage.prompt_tokens_details.cachedTokens",
                            "usage.completion_tokens_details");
        }

        @Test
        void aWrongNumberInsideAList() {
            assertThat(refused("""
                    {"inputTokens":1,"outputTokens":1,"cacheDetails":[{"ttl":"1h","inputTokens":-5}]}""")).extracting(FieldError::field).containsExactly("usage.cacheDetails[0].inputTokens");
        }

        @Test
        void aLongListWithoutALongAnswer() {
            String details = "{\"inputTokens\":-5},".repeat(10_000);

            assertThat(refused("{\"inputTokens\":1,\"outputTokens\":1,\"cacheDetails\":[%s{}]}".formatted(details)))
                    .hasSize(100);
        }

        @Test
        void moreTokensThanOneCallCanHave() {
            assertThat(refused("{\"prompt_tokens\":100000000,\"completion_tokens\":1}"))
                    .containsExactly(new FieldError("usage", "must come to at most 100000000 tokens in one call"));
        }

        @Test
        void aPromptThatIsMissing() {
            assertThat(refused("{\"completion_tokens\":1}"))
                    .containsExactly(new FieldError("usage.prompt_tokens", "is required"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12.0", "1.2e1", "12", "12.000"})
    void takesAWholeNumberHoweverItIsWritten(String number) {
        String usage = "{\"prompt_tokens\":%s,\"completion_tokens\":0}".formatted(number);

        assertThat(clear(usage)).isEqualTo(TokenCounts.of(12, 0));
        assertThat(ProviderUsage.read(Json.exactJson(usage), null))
                .isEqualTo(new ProviderUsage.Tokens(TokenCounts.of(12, 0), false));
    }

    private static TokenCounts clear(String usage) {
        return clear(null, usage);
    }

    private static TokenCounts clear(String provider, String usage) {
        return tokens(provider, usage, false);
    }

    private static TokenCounts ambiguous(String usage) {
        return ambiguous(null, usage);
    }

    private static TokenCounts ambiguous(String provider, String usage) {
        return tokens(provider, usage, true);
    }

    private static TokenCounts tokens(String provider, String usage, boolean ambiguous) {
        var read = ProviderUsage.read(json(usage), provider);
        assertThat(read)
                .isInstanceOfSatisfying(
                        ProviderUsage.Tokens.class,
                        tokens -> assertThat(tokens.ambiguous()).as("ambiguous").isEqualTo(ambiguous));
        return ((ProviderUsage.Tokens) read).counts();
    }

    private static List<FieldError> refused(String usage) {
        var read = ProviderUsage.read(json(usage), null);
        assertThat(read).isInstanceOf(ProviderUsage.Refused.class);
        return ((ProviderUsage.Refused) read).errors();
    }
}
