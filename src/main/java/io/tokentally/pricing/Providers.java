package io.tokentally.pricing;

import java.util.Locale;
import java.util.Map;

/** One name per provider, however a client spells it (OpenTelemetry's names, old and new, and those of frameworks). */
public final class Providers {

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("azure.ai.openai", "azure"),
            Map.entry("azure.ai.inference", "azure"),
            Map.entry("azure_openai", "azure"),
            Map.entry("az.ai.openai", "azure"),
            Map.entry("az.ai.inference", "azure"),
            Map.entry("aws.bedrock", "bedrock"),
            Map.entry("aws_bedrock", "bedrock"),
            Map.entry("bedrock_converse", "bedrock"),
            Map.entry("gcp.gemini", "google"),
            Map.entry("gcp.vertex_ai", "google"),
            Map.entry("gcp.gen_ai", "google"),
            Map.entry("google_genai", "google"),
            Map.entry("vertex_ai", "google"),
            Map.entry("gemini", "google"),
            Map.entry("x_ai", "xai"),
            Map.entry("x.ai", "xai"),
            Map.entry("mistral_ai", "mistral"),
            Map.entry("moonshot_ai", "moonshot"));

    private Providers() {}

    /** The name the price book knows; any other name in lower case as it is; null for none or a blank one. */
    public static String canonical(String provider) {
        if (provider == null || provider.isBlank()) {
            return null;
        }
        String name = provider.strip().toLowerCase(Locale.ROOT);
        return NAMES.getOrDefault(name, name);
    }
}
