package io.tokentally.reporting;

import io.tokentally.reporting.DateRange.Otherwise;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Text;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** Which calls a report is about, as a query says it. */
public class FilterParameters {

    private static final long LONGEST_RESPONSE_TIME_MS = 1_000_000_000;

    @QueryParam("startDate")
    @Parameter(
            description = "The first day, in the tenant's zone",
            schema = @Schema(type = SchemaType.STRING, format = "date", examples = "2026-11-01"))
    String startDate;

    @QueryParam("endDate")
    @Parameter(
            description = "The last day, all of it",
            schema = @Schema(type = SchemaType.STRING, format = "date", examples = "2026-11-30"))
    String endDate;

    @QueryParam("days")
    @Parameter(
            description = "So many days up to today, 1 to 3660; instead of startDate and endDate",
            schema = @Schema(type = SchemaType.INTEGER))
    String days;

    @QueryParam("userId")
    @Parameter(description = "Calls of this user; empty: calls of no user", allowEmptyValue = true)
    String userId;

    @QueryParam("endpoint")
    @Parameter(description = "Calls of this endpoint")
    String endpoint;

    @QueryParam("model")
    @Parameter(description = "Calls of this model, as it was recorded")
    String model;

    @QueryParam("provider")
    @Parameter(
            description = "Calls of this provider, as it was recorded; empty: of none that is known",
            allowEmptyValue = true)
    String provider;

    @QueryParam("callType")
    @Parameter(description = "Calls of this call type; empty: without one", allowEmptyValue = true)
    String callType;

    @QueryParam("scope")
    @Parameter(description = "Calls of this scope; empty: without one", allowEmptyValue = true)
    String scope;

    @QueryParam("sessionId")
    @Parameter(description = "Calls of this session; empty: without one", allowEmptyValue = true)
    String sessionId;

    @QueryParam("gitBranch")
    @Parameter(description = "Calls of this git branch; empty: without one", allowEmptyValue = true)
    String gitBranch;

    @QueryParam("source")
    @Parameter(description = "Calls from this source")
    String source;

    @QueryParam("success")
    @Parameter(description = "false: failed calls; true: the others", schema = @Schema(type = SchemaType.BOOLEAN))
    String success;

    @QueryParam("tag")
    @Parameter(
            description = "KEY:VALUE, calls with this tag, its value compared as text; empty after the colon: without"
                    + " it. The key ends at the first colon. Sent more than once, all must fit")
    List<String> tag;

    @QueryParam("minResponseTimeMs")
    @Parameter(
            description = "Calls that took at least so many milliseconds",
            schema = @Schema(type = SchemaType.INTEGER))
    String minResponseTimeMs;

    /** Quarkus gives an empty value as none, and here it is one. */
    @Context
    UriInfo uri;

    /**
     * To be used only once {@code parameters} are good.
     *
     * @param today asked only where it matters
     */
    UsageFilter read(QueryParameters parameters, Otherwise otherwise, Supplier<LocalDate> today) {
        return readAllTime(parameters).during(DateRange.read(parameters, startDate, endDate, days, otherwise, today));
    }

    /** As {@link #read}, with {@code startDate} and {@code endDate} as days or instants. */
    UsageSpan readSpan(QueryParameters parameters, Supplier<LocalDate> today) {
        return UsageSpan.read(parameters, readAllTime(parameters), startDate, endDate, days, today);
    }

    private UsageFilter readAllTime(QueryParameters parameters) {
        Map<Dimension, String> values = values(parameters);
        List<UsageFilter.Tag> tags = tags(parameters);
        long slowest = parameters.number("minResponseTimeMs", minResponseTimeMs, 0, 0, LONGEST_RESPONSE_TIME_MS);
        return new UsageFilter(DateRange.ALL_TIME, values, tags, minResponseTimeMs == null ? null : slowest);
    }

    /** As {@link #read}, for an answer that single calls are read for: so many days ending today, unless it is said. */
    UsageFilter readForRows(QueryParameters parameters, long days, Supplier<LocalDate> today) {
        UsageFilter filter = read(parameters, Otherwise.lastDays(days), today);
        mustBeShortEnoughForRows(parameters, filter);
        return filter;
    }

    /** Names the range when it is too long for an answer that single calls are read for. */
    void mustBeShortEnoughForRows(QueryParameters parameters, UsageFilter filter) {
        if (filter.days() != null && filter.days().isTooLongForRows()) {
            parameters.wrong(
                    days == null ? "startDate" : "days",
                    "must give at most " + DateRange.MOST_DAYS_OF_ROWS + " days: single calls are read");
        }
    }

    /** @throws io.tokentally.shared.InvalidInput when the answer has to read single calls of too many days */
    void mustBeShortEnough(QueryParameters parameters, SumsQuery query) {
        if (query.rollup().isEmpty()) {
            mustBeShortEnoughForRows(parameters, query.filter());
            parameters.mustBeGood();
        }
    }

    /** Names the range when it has more days than a series has room for. */
    void mustBeOfSomeDays(QueryParameters parameters, UsageFilter filter) {
        if (filter.days() != null && filter.days().days() > DateRange.MOST_DAYS) {
            parameters.wrong("startDate", "must give at most " + DateRange.MOST_DAYS + " days");
        }
    }

    private Map<Dimension, String> values(QueryParameters parameters) {
        var values = new EnumMap<Dimension, String>(Dimension.class);
        for (Dimension dimension : Dimension.values()) {
            String sent = isSentEmpty(dimension.parameter()) ? "" : sent(dimension);
            if (sent != null && isGood(parameters, dimension, sent)) {
                values.put(dimension, sent);
            }
        }
        return values;
    }

    private boolean isSentEmpty(String name) {
        return "".equals(uri.getQueryParameters().getFirst(name));
    }

    private String sent(Dimension dimension) {
        return switch (dimension) {
            case USER -> userId;
            case ENDPOINT -> endpoint;
            case MODEL -> model;
            case PROVIDER -> provider;
            case CALL_TYPE -> callType;
            case SCOPE -> scope;
            case SESSION -> sessionId;
            case GIT_BRANCH -> gitBranch;
            case SOURCE -> source;
            case SUCCESS -> success;
        };
    }

    private static boolean isGood(QueryParameters parameters, Dimension dimension, String sent) {
        if (dimension.canBeAbsent() && sent.isEmpty()) {
            return true;
        }
        if (dimension == Dimension.SUCCESS) {
            return parameters.truth(dimension.parameter(), sent) != null;
        }
        return parameters.text(dimension.parameter(), sent, dimension.maxBytes()) != null;
    }

    private List<UsageFilter.Tag> tags(QueryParameters parameters) {
        return tag == null
                ? List.of()
                : tag.stream()
                        .map(sent -> tag(parameters, sent))
                        .filter(Objects::nonNull)
                        .toList();
    }

    private static UsageFilter.Tag tag(QueryParameters parameters, String sent) {
        int colon = sent.indexOf(':');
        if (colon > 0 && Text.isTagKey(sent.substring(0, colon)) && isTagValue(sent.substring(colon + 1))) {
            return new UsageFilter.Tag(sent.substring(0, colon), sent.substring(colon + 1));
        }
        parameters.wrong(
                "tag",
                "must be KEY:VALUE, a key of 1 to " + Text.MAX_TAG_KEY_LENGTH + " characters and a value of at most "
                        + Text.MAX_TAG_VALUE_BYTES + " bytes");
        return null;
    }

    private static boolean isTagValue(String value) {
        return Text.isStorable(value) && Text.bytes(value) <= Text.MAX_TAG_VALUE_BYTES;
    }
}
