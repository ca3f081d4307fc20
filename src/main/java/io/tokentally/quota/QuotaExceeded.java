package io.tokentally.quota;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A monthly limit is reached. The members are those of the seed API's 429; its numbers equal the statistics. */
public final class QuotaExceeded extends Refusal {

    /** What a 429 carries beside the members of every problem document, for the API page. */
    @Schema(name = "QuotaExceeded")
    record Members(
            String error,
            String reason,
            @Schema(nullable = true) String tier,
            Spend usage,
            Spend held,
            MonthlyLimits limits,
            Spend available,
            @JsonProperty("unpriced_calls") long unpricedCalls,
            @JsonProperty("resets_at") Instant resetsAt) {}

    private final transient Standing standing;
    private final transient Level level;
    private final transient Level.Measure measure;
    private final transient Spend hold;
    private final transient Instant now;

    /** @param hold what was to be held; nothing when only another call was asked about */
    QuotaExceeded(Standing standing, Level level, Level.Measure measure, Spend hold, Instant now) {
        super(Kind.EXHAUSTED, "quota_exceeded", reason(standing, level, measure, hold) + ".");
        this.hold = hold;
        this.standing = standing;
        this.level = level;
        this.measure = measure;
        this.now = now;
    }

    @Override
    public Map<String, Object> members() {
        var members = new LinkedHashMap<String, Object>();
        members.put("error", "Usage limit exceeded");
        members.put("reason", reason(standing, level, measure, hold));
        members.put("tier", standing.tier());
        members.put("usage", standing.shown().used());
        members.put("held", standing.shown().held());
        members.put("limits", standing.shown().limits());
        members.put("available", standing.available());
        members.put("unpriced_calls", standing.unpricedCalls());
        members.put("resets_at", standing.resetsAt());
        return members;
    }

    /** An answer about a user does not tell them what the whole organisation has used. */
    private static String reason(Standing standing, Level level, Level.Measure measure, Spend hold) {
        if (level == standing.shown()) {
            return level.reason(measure, hold);
        }
        return "The organisation's monthly " + measure.word() + " limit is reached"
                + (level.reached().isPresent() ? "" : ": too little of it is left for this call");
    }

    /** May be weeks: a client should show {@code resets_at} rather than sleep. */
    @Override
    public Map<String, String> headers() {
        long seconds = Duration.between(now, standing.resetsAt())
                .plusNanos(999_999_999)
                .toSeconds();
        return Map.of("Retry-After", Long.toString(Math.max(1, seconds)));
    }
}
