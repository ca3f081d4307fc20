package io.tokentally.intake;

/** Tokens written to the provider's cache, by how long they live there: the prices differ. */
record CacheWrites(long fiveMinutes, long oneHour) {

    /**
     * One number and its breakdown. Some clients wrote 0 as the number while the breakdown had values, so the larger is
     * true; what the breakdown leaves over lives the default five minutes.
     */
    static CacheWrites of(long number, CacheWrites breakdown) {
        return new CacheWrites(Math.max(number, breakdown.all()) - breakdown.oneHour(), breakdown.oneHour());
    }

    CacheWrites plus(CacheWrites other) {
        return new CacheWrites(fiveMinutes + other.fiveMinutes, oneHour + other.oneHour);
    }

    long all() {
        return fiveMinutes + oneHour;
    }
}
