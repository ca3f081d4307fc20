package io.tokentally.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a made-up learning platform does with LLMs, and how often.
 *
 * @param weight of its sessions among all
 * @param who makes the calls
 */
record Feature(String endpoint, int weight, Who who, String source, List<Kind> kinds) {

    enum Who {
        /** A user, in a session. */
        PERSON,
        /** The platform itself. */
        BACKEND,
        /** A build of a git branch. */
        BUILD
    }

    /**
     * A kind of call of a feature.
     *
     * @param weight of a hundred calls of the feature
     * @param provider whose price it is; of a model without one, what the caller says
     * @param prompt the median of its tokens; the logarithm is spread by {@code spread}
     * @param readsCache of a hundred calls, how many find a part of the prompt in the provider's cache
     * @param hits of a hundred calls, how many the platform answers from its own cache
     */
    record Kind(
            int weight,
            String callType,
            String scope,
            String provider,
            String model,
            int prompt,
            int completion,
            double spread,
            int readsCache,
            int hits) {

        private Kind model(String provider, String model) {
            return new Kind(weight, callType, scope, provider, model, prompt, completion, spread, readsCache, hits);
        }

        private Kind scope(String scope) {
            return new Kind(weight, callType, scope, provider, model, prompt, completion, spread, readsCache, hits);
        }

        private Kind cached(int readsCache, int hits) {
            return new Kind(weight, callType, scope, provider, model, prompt, completion, spread, readsCache, hits);
        }
    }

    /** Those of people first. */
    static final List<Feature> ALL = List.of(
            person(
                    "analyze_homework",
                    180,
                    luna(72, "analysis", 1480, 340).cached(50, 0),
                    sonnet(28, "analysis", 1700, 420).cached(30, 0)),
            person(
                    "chat",
                    170,
                    luna(40, "classification", 270, 6).scope("IN_SCOPE"),
                    luna(7, "classification", 270, 6).scope("OUT_OF_SCOPE"),
                    sonnet(53, "conversation", 2600, 260).scope("IN_SCOPE").cached(70, 0)),
            person("rag_answer", 110, embedding(45, "embedding", 18).cached(0, 15), gemini(55, "answer", 3600, 300)),
            person("search", 75, embedding(100, "embedding", 14).cached(0, 22)),
            person("grade_essay", 55, luna(75, "grading", 1350, 230), inHouse(25, "grading", 1350, 230)),
            person("summarize_chapter", 50, gemini(100, "summary", 5200, 420).cached(20, 3)),
            person("job_vetting", 45, sol(60, "vetting", 1900, 520), sonnet(40, "vetting", 1900, 480)),
            person("explain_step", 40, luna(85, "explanation", 900, 280), sonnet(15, "explanation", 950, 300)),
            person("translate", 40, deepseek(100, "translation", 620, 640).cached(0, 9)),
            person("make_quiz", 35, luna(100, "generation", 1800, 700)),
            person(
                    "moderate",
                    35,
                    luna(88, "classification", 190, 4).scope("IN_SCOPE"),
                    luna(12, "classification", 190, 4).scope("OUT_OF_SCOPE")),
            person(
                    "code_help",
                    30,
                    sonnet(70, "conversation", 3100, 520).cached(60, 0),
                    sol(30, "conversation", 2800, 600)),
            person("flashcards", 30, gemini(100, "generation", 2400, 560)),
            person("lesson_plan", 20, sonnet(100, "generation", 1200, 1500)),
            person("voice_tutor", 20, gemini(100, "conversation", 1500, 120).cached(40, 0)),
            person("parent_report", 15, sol(100, "summary", 4200, 900)),
            new Feature("upload", 15, Who.BACKEND, "worker", List.of(embedding(100, "batch_embedding", 9000))),
            new Feature("nightly_digest", 8, Who.BACKEND, "worker", List.of(deepseek(100, "summary", 6800, 750))),
            new Feature(
                    "code_review",
                    20,
                    Who.BUILD,
                    "ci",
                    List.of(sonnet(100, "review", 5600, 320).cached(65, 0))),
            new Feature("release_notes", 5, Who.BUILD, "ci", List.of(sol(100, "summary", 7400, 480))));

    static int weightOf(Stream<Feature> features) {
        return features.mapToInt(Feature::weight).sum();
    }

    private static Feature person(String endpoint, int weight, Kind... kinds) {
        return new Feature(endpoint, weight, Who.PERSON, "api", List.of(kinds));
    }

    private static Kind luna(int weight, String callType, int prompt, int completion) {
        return kind(weight, callType, prompt, completion).model("openai", "gpt-5.6-luna");
    }

    private static Kind sol(int weight, String callType, int prompt, int completion) {
        return kind(weight, callType, prompt, completion).model("openai", "gpt-5.6-sol");
    }

    private static Kind sonnet(int weight, String callType, int prompt, int completion) {
        return kind(weight, callType, prompt, completion).model("anthropic", "claude-sonnet-5-5");
    }

    private static Kind gemini(int weight, String callType, int prompt, int completion) {
        return kind(weight, callType, prompt, completion).model("google", "gemini-3.8-flash");
    }

    private static Kind deepseek(int weight, String callType, int prompt, int completion) {
        return kind(weight, callType, prompt, completion).model("deepseek", "deepseek-v4-flash");
    }

    private static Kind embedding(int weight, String callType, int prompt) {
        return kind(weight, callType, prompt, 0).model("openai", "text-embedding-3-small");
    }

    /** Has no price: it shows what unpriced means. */
    private static Kind inHouse(int weight, String callType, int prompt, int completion) {
        return kind(weight, callType, prompt, completion).model("in-house", "tutor-7b");
    }

    private static Kind kind(int weight, String callType, int prompt, int completion) {
        return new Kind(weight, callType, null, null, null, prompt, completion, 0.55, 0, 0);
    }
}
