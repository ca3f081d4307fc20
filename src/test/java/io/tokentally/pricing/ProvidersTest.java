package io.tokentally.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProvidersTest {

    @ParameterizedTest
    @CsvSource({
        "azure.ai.openai, azure",
        "azure_openai, azure",
        "az.ai.openai, azure",
        "azure, azure",
        "aws.bedrock, bedrock",
        "aws_bedrock, bedrock",
        "bedrock_converse, bedrock",
        "gcp.gemini, google",
        "gcp.vertex_ai, google",
        "gcp.gen_ai, google",
        "google_genai, google",
        "vertex_ai, google",
        "gemini, google",
        "x_ai, xai",
        "x.ai, xai",
        "mistral_ai, mistral",
        "moonshot_ai, moonshot",
        "OpenAI, openai",
        "' Azure_OpenAI ', azure",
    })
    void knowsAProviderByItsSpellings(String spelling, String name) {
        assertThat(Providers.canonical(spelling)).isEqualTo(name);
    }

    @Test
    void leavesAnUnknownProviderAsItIs() {
        assertThat(Providers.canonical("Acme-Models")).isEqualTo("acme-models");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  "})
    void takesABlankProviderForNone(String blank) {
        assertThat(Providers.canonical(blank)).isNull();
    }
}
