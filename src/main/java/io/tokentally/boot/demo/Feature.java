package io.tokentally.boot.demo;

import io.tokentally.shared.TokenCounts;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the platform does with LLMs, and how often. Endpoints, call types and scopes are those of the systems Tokentally
 * was made for: a homework helper, a chat behind an intent filter, answers from documents, job vetting, CI.
 */
enum Feature {
    HOMEWORK(36, true, Feature::homework),
    CHAT(22, true, Feature::chat),
    DOCUMENTS(19, true, Feature::documents),
    JOB_VETTING(9, true, Feature::jobVetting),
    ESSAY(7, true, Feature::essay),
    CODE_REVIEW(5, false, Feature::codeReview),
    UPLOAD(2, false, Feature::upload);

    /** What a provider caches in full: OpenAI's smallest prefix. */
    private static final long CACHED_PREFIX = 1024;

    private static final long CHAT_INSTRUCTIONS = 1_450;

    private static final List<String> COLLECTIONS = List.of("biology", "history", "physics", "literature");

    private static final List<String> BRANCHES = List.of(
            "feature/new-ui",
            "feature/rag-citations",
            "fix/csv-export",
            "feature/essay-rubrics",
            "chore/upgrade-sdk",
            "fix/slow-search",
            "feature/parent-portal");

    final int share;
    final boolean hasPerson;
    final Consumer<Visit> calls;

    Feature(int share, boolean hasPerson, Consumer<Visit> calls) {
        this.share = share;
        this.hasPerson = hasPerson;
        this.calls = calls;
    }

    private static void homework(Visit visit) {
        Dice dice = visit.dice;
        for (int problems = dice.between(1, 7); problems > 0; problems--) {
            String problem = "p-" + dice.between(1_000, 3_000);
            for (int tries = dice.chance(0.3) ? 2 : 1; tries > 0; tries--) {
                visit.call("analyze_homework", dice.chance(0.72) ? Model.GPT_4O_MINI : Model.GPT_4O)
                        .problem(problem)
                        .took(withPrefix(1_100 + dice.around(380, 0.7), dice.around(340, 0.5), dice));
                visit.pause(75);
            }
        }
    }

    /** Every question passes the filter; an answer carries all that was said before, and the provider caches that. */
    private static void chat(Visit visit) {
        Dice dice = visit.dice;
        Model model = dice.chance(0.55) ? Model.CLAUDE : Model.GPT_4O;
        long said = CHAT_INSTRUCTIONS;
        long cached = 0;
        for (int turns = dice.between(1, 8); turns > 0; turns--) {
            long question = dice.around(60, 0.8);
            boolean inScope = dice.chance(0.86);
            String scope = inScope ? "IN_SCOPE" : "OUT_OF_SCOPE";
            visit.call("chat", Model.GPT_4O_MINI)
                    .type("classification")
                    .scope(scope)
                    .took(TokenCounts.of(210 + question, dice.between(4, 9)));
            if (inScope) {
                long prompt = said + question;
                long answer = dice.around(260, 0.6);
                visit.call("chat", model)
                        .type("conversation")
                        .scope(scope)
                        .took(conversation(model, prompt, cached, answer));
                cached = prompt;
                said = prompt + answer;
            }
            visit.pause(50);
        }
    }

    /** Anthropic bills what it puts into its cache; OpenAI caches by itself, in steps of 128. */
    private static TokenCounts conversation(Model model, long prompt, long cached, long answer) {
        return model == Model.CLAUDE
                ? new TokenCounts(prompt, answer, cached, prompt - cached, 0, 0)
                : new TokenCounts(prompt, answer, cached - cached % 128, 0, 0, 0);
    }

    private static void documents(Visit visit) {
        Dice dice = visit.dice;
        String collection = dice.oneOf(COLLECTIONS);
        for (int questions = dice.between(1, 5); questions > 0; questions--) {
            var search = visit.call("embedding", Model.EMBEDDING).type("embedding");
            if (dice.chance(0.18)) {
                search.wasCached();
            } else {
                search.took(TokenCounts.of(dice.around(16, 0.4), 0));
            }
            long reasoning = dice.around(180, 0.7);
            visit.call("rag_answer", Model.GEMINI)
                    .type("rag_answer")
                    .tag("collection", collection)
                    .took(new TokenCounts(
                            dice.around(3_600, 0.45), reasoning + dice.around(290, 0.5), 0, 0, 0, reasoning));
            visit.pause(60);
        }
    }

    private static void jobVetting(Visit visit) {
        Dice dice = visit.dice;
        for (int postings = dice.between(1, 4); postings > 0; postings--) {
            visit.call("job_vetting", dice.chance(0.3) ? Model.CLAUDE : Model.GPT_4O)
                    .type("job_vetting")
                    .took(TokenCounts.of(900 + dice.around(1_300, 0.5), dice.around(520, 0.4)));
            visit.pause(100);
        }
    }

    private static void essay(Visit visit) {
        Dice dice = visit.dice;
        String essay = "e-" + dice.between(100, 400);
        for (int drafts = dice.between(1, 4); drafts > 0; drafts--) {
            visit.call("grade_essay", Model.IN_HOUSE)
                    .problem(essay)
                    .took(TokenCounts.of(600 + dice.around(750, 0.4), dice.around(230, 0.4)));
            visit.pause(240);
        }
    }

    private static void codeReview(Visit visit) {
        Dice dice = visit.dice;
        String branch = dice.chance(0.25) ? "main" : dice.oneOf(BRANCHES);
        BigDecimal run = BigDecimal.valueOf(dice.between(4_000, 9_000));
        long context = dice.around(5_200, 0.4);
        long cached = 0;
        for (int files = dice.between(2, 7); files > 0; files--) {
            long change = dice.around(420, 0.8);
            visit.call("code_review", Model.CLAUDE)
                    .type("ci")
                    .branch(branch)
                    .tag("ci_run", run)
                    .took(new TokenCounts(context + change, dice.around(310, 0.6), cached, context - cached, 0, 0));
            cached = context;
            visit.pause(8);
        }
    }

    private static void upload(Visit visit) {
        Dice dice = visit.dice;
        String collection = dice.oneOf(COLLECTIONS);
        for (int batches = dice.between(2, 9); batches > 0; batches--) {
            visit.call("embedding", Model.EMBEDDING)
                    .type("batch_embedding")
                    .tag("collection", collection)
                    .took(TokenCounts.of(dice.around(11_000, 0.4), 0));
            visit.pause(2);
        }
    }

    /** The instructions are the same for everybody: half the time somebody has just warmed the provider's cache. */
    private static TokenCounts withPrefix(long prompt, long completion, Dice dice) {
        return new TokenCounts(prompt, completion, dice.chance(0.5) ? CACHED_PREFIX : 0, 0, 0, 0);
    }
}
