package io.tokentally.reporting;

import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.Text;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What calls are told apart by.
 *
 * @param dimension null: by the tag
 * @param tag null: by the dimension
 */
record GroupBy(Dimension dimension, String tag) {

    static final List<GroupBy> SESSION = List.of(new GroupBy(Dimension.SESSION, null));

    private static final String TAG = "tag:";

    static final String WORDS =
            Arrays.stream(Dimension.values()).map(Dimension::word).collect(Collectors.joining(", ")) + " or tag:KEY";

    /** {@code endpoint}, or {@code endpoint,model}. At most so many; a wrong one is named. */
    static List<GroupBy> read(QueryParameters parameters, String name, String sent, int most) {
        if (sent == null) {
            return List.of();
        }
        String[] words = sent.split(",", -1);
        List<GroupBy> by = Arrays.stream(words)
                .map(GroupBy::of)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        if (words.length > most || by.size() < words.length) {
            parameters.wrong(name, most == 1 ? "must be one of " + WORDS : "must be one or two of " + WORDS);
        }
        return by;
    }

    private static Optional<GroupBy> of(String word) {
        if (word.startsWith(TAG) && Text.isTagKey(word.substring(TAG.length()))) {
            return Optional.of(new GroupBy(null, word.substring(TAG.length())));
        }
        return Arrays.stream(Dimension.values())
                .filter(dimension -> dimension.word().equals(word))
                .map(dimension -> new GroupBy(dimension, null))
                .findFirst();
    }

    boolean isUser() {
        return dimension == Dimension.USER;
    }

    /** As a caller writes it, and as an answer names it. */
    String word() {
        return dimension == null ? TAG + tag : dimension.word();
    }
}
