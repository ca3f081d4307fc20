package io.tokentally.intake;

import io.tokentally.shared.TokenCounts;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The token counts in our own fields, all inclusive. Unlike a provider's object, where they contradict each other they
 * are refused: their sender can mend them.
 */
final class TokenFields {

    static final long MAX = ProviderUsage.MAX_TOKENS;

    private final Fields fields;
    private final Part prompt;
    private final Part completion;
    private final Part total;
    private final Part cacheRead;
    private final Part cacheWrite;
    private final Part cacheWrite1h;
    private final Part reasoning;

    TokenFields(Fields fields) {
        this.fields = fields;
        prompt = part("prompt_tokens");
        completion = part("completion_tokens");
        total = part("total_tokens");
        cacheRead = part("cache_read_tokens");
        cacheWrite = part("cache_write_tokens");
        cacheWrite1h = part("cache_write_1h_tokens");
        reasoning = part("reasoning_tokens");
    }

    /** The first of the fields that was sent. */
    Optional<String> firstSent() {
        return Stream.of(prompt, completion, total, cacheRead, cacheWrite, cacheWrite1h, reasoning)
                .filter(Part::sent)
                .map(Part::name)
                .findFirst();
    }

    /** A missing prompt or completion is zero, but not both. Nothing when any field is wrong. */
    Optional<TokenCounts> counts() {
        boolean enough = prompt.sent() || completion.sent();
        if (!enough) {
            fields.refuse("prompt_tokens", "is required, unless completion_tokens or usage is given");
        }
        return enough && agree() ? Optional.of(counted()) : Optional.empty();
    }

    private boolean agree() {
        return noneWrong(prompt, completion, total, cacheRead, cacheWrite, cacheWrite1h, reasoning)
                & notMore(cacheRead, prompt, "prompt_tokens")
                & notMore(cacheWrite, prompt, "prompt_tokens")
                & cachePartsFitTogether()
                & notMore(cacheWrite1h, cacheWrite, "cache_write_tokens")
                & notMore(reasoning, completion, "completion_tokens")
                & isPlausible()
                & addsUp();
    }

    private boolean notMore(Part part, Part whole, String wholeName) {
        boolean right = part.tokens() <= whole.tokens();
        return check(right || whole.wrong(), part, "must not be more than " + wholeName);
    }

    /** Says nothing when one of them does not even fit by itself. */
    private boolean cachePartsFitTogether() {
        boolean eachFits = cacheRead.tokens() <= prompt.tokens() && cacheWrite.tokens() <= prompt.tokens();
        boolean right = cacheRead.tokens() + cacheWrite.tokens() <= prompt.tokens();
        return check(right || !eachFits, cacheWrite, "must not be more than prompt_tokens less cache_read_tokens");
    }

    private boolean isPlausible() {
        boolean right = prompt.tokens() + completion.tokens() <= MAX;
        return check(right, prompt, "must be at most " + MAX + " together with completion_tokens");
    }

    private boolean addsUp() {
        boolean right = !total.sent() || total.tokens() == prompt.tokens() + completion.tokens();
        return check(
                right || !noneWrong(total, prompt, completion), total, "must be prompt_tokens plus completion_tokens");
    }

    private static boolean noneWrong(Part... parts) {
        return Stream.of(parts).noneMatch(Part::wrong);
    }

    private boolean check(boolean right, Part part, String message) {
        if (!right) {
            fields.refuse(part.name(), message);
        }
        return right;
    }

    private TokenCounts counted() {
        return new TokenCounts(
                prompt.tokens(),
                completion.tokens(),
                cacheRead.tokens(),
                cacheWrite.tokens() - cacheWrite1h.tokens(),
                cacheWrite1h.tokens(),
                reasoning.tokens());
    }

    private Part part(String name) {
        return fields.find(name).map(this::part).orElse(new Part(name, 0, false, false));
    }

    private Part part(Fields.Field field) {
        Optional<Long> tokens = fields.whole(field, 0, MAX);
        return new Part(field.name(), tokens.orElse(0L), true, tokens.isEmpty());
    }

    /** @param tokens zero when absent or wrong */
    private record Part(String name, long tokens, boolean sent, boolean wrong) {}
}
