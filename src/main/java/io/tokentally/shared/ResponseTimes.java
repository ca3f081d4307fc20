package io.tokentally.shared;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * How long calls took, counted in buckets that widen by a tenth: sums of it are as good as the calls themselves, and a
 * percentile of it is at most 5 % off. The buckets are part of what is stored: {@code response_time_bounds()} of the
 * database has the same, and neither ever changes.
 */
public final class ResponseTimes {

    /** How far a percentile may be off, as a part of it. */
    public static final String LARGEST_ERROR = "0.05";

    public static final ResponseTimes NONE = new ResponseTimes(1, new long[0]);

    private static final long LONGEST = 1_000_000_000;

    /** Where each bucket begins, in milliseconds; it ends before the next. What is longer than all is in the last. */
    private static final long[] BOUNDS = bounds();

    /** Of {@code counts[0]}; the first bucket of all is 1, as in PostgreSQL's arrays. */
    private final int first;

    private final long[] counts;

    private ResponseTimes(int first, long[] counts) {
        this.first = first;
        this.counts = counts;
    }

    private static long[] bounds() {
        LongStream bounds = LongStream.iterate(
                1, bound -> bound < LONGEST * 11 / 10, bound -> Math.max(bound + 1, bound * 11 / 10));
        return LongStream.concat(LongStream.of(0), bounds).toArray();
    }

    /** @param calls 1, or -1 for a call that is taken back */
    public static ResponseTimes of(long milliseconds, int calls) {
        return new ResponseTimes(bucket(milliseconds), new long[] {calls});
    }

    private static int bucket(long milliseconds) {
        int found = Arrays.binarySearch(BOUNDS, milliseconds);
        return found >= 0 ? found + 1 : -found - 1;
    }

    public ResponseTimes plus(ResponseTimes other) {
        if (counts.length == 0 || other.counts.length == 0) {
            return counts.length == 0 ? other : this;
        }
        int from = Math.min(first, other.first);
        long[] sum = new long[Math.max(end(), other.end()) - from];
        addTo(sum, from);
        other.addTo(sum, from);
        return new ResponseTimes(from, sum);
    }

    private int end() {
        return first + counts.length;
    }

    private void addTo(long[] sum, int from) {
        for (int i = 0; i < counts.length; i++) {
            sum[first - from + i] += counts[i];
        }
    }

    public ResponseTimes negated() {
        return new ResponseTimes(
                first, Arrays.stream(counts).map(count -> -count).toArray());
    }

    /**
     * Milliseconds that so many percent of the calls did not exceed: the middle of the bucket it lies in. Null without
     * calls.
     */
    public Long percentile(int percent) {
        long calls = Arrays.stream(counts).sum();
        long wanted = Math.ceilDiv(calls * percent, 100);
        for (int i = 0; i < counts.length && calls > 0; i++) {
            wanted -= counts[i];
            if (wanted <= 0) {
                return middle(first + i);
            }
        }
        return null;
    }

    private static long middle(int bucket) {
        long from = BOUNDS[bucket - 1];
        return bucket == BOUNDS.length ? from : (from + BOUNDS[bucket] - 1) / 2;
    }

    /** An array as PostgreSQL writes it, {@code [72:74]={1,0,2}}, without zeros at its ends; null: no calls. */
    public String toSql() {
        int from = 0;
        int until = counts.length;
        while (from < until && counts[from] == 0) {
            from++;
        }
        while (until > from && counts[until - 1] == 0) {
            until--;
        }
        return from == until ? null : sql(first + from, Arrays.copyOfRange(counts, from, until));
    }

    private static String sql(int first, long[] counts) {
        return "[" + first + ":" + (first + counts.length - 1) + "]="
                + Arrays.toString(counts).replace(" ", "").replace('[', '{').replace(']', '}');
    }

    /** Reads what PostgreSQL writes; it leaves the bounds away when they begin at 1. */
    public static ResponseTimes fromSql(String array) {
        if (array == null) {
            return NONE;
        }
        int first = array.startsWith("[") ? Integer.parseInt(array.substring(1, array.indexOf(':'))) : 1;
        String values = array.substring(array.indexOf('{') + 1, array.length() - 1);
        return new ResponseTimes(
                first,
                Arrays.stream(values.split(",")).mapToLong(Long::parseLong).toArray());
    }

    @Override
    public String toString() {
        return String.valueOf(toSql());
    }
}
