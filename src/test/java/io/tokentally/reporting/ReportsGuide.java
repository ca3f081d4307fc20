package io.tokentally.reporting;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What docs/reports.md tells the reader, so that tests try what is written there. */
final class ReportsGuide {

    private static final Path GUIDE = Path.of("docs", "reports.md");

    private static final Pattern TODAY = Pattern.compile("Today is (\\d{4}-\\d\\d-\\d\\d)\\.");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern REQUEST =
            Pattern.compile("`(?:(POST) )?(/api/\\S+)(?: (\\{.*}))?`(?: as (\\w+)(?: (\\w+))?)?");

    /**
     * A line of a table.
     *
     * @param document the heading above it
     * @param today the day on which it is asked
     * @param body null: none is sent
     * @param role admin, unless it is said
     * @param subject null: anybody of the role
     */
    record Question(
            String document,
            String today,
            String words,
            String method,
            String path,
            String body,
            String role,
            String subject,
            List<Expected> answer) {

        @Override
        public String toString() {
            return document + ": " + words;
        }
    }

    /**
     * {@code total.calls = 15}.
     *
     * @param member where it stands in the answer, as Groovy reads it
     */
    record Expected(String member, String value) {

        private static Expected of(String code) {
            int equals = code.lastIndexOf(" = ");
            if (equals < 0) {
                throw new IllegalStateException("no value in " + code);
            }
            return new Expected(code.substring(0, equals), code.substring(equals + " = ".length()));
        }
    }

    private ReportsGuide() {}

    /** Every line of every table that has days: each is one organisation's. */
    static List<Question> questions() {
        return sections()
                .filter(section -> TODAY.matcher(section).find())
                .flatMap(ReportsGuide::questions)
                .toList();
    }

    /** The first column of the list of all reports. */
    static List<String> routes() {
        String section = sections()
                .filter(some -> some.startsWith("All reports\n"))
                .findFirst()
                .orElseThrow();
        return lines(section)
                .map(cells -> codes(cells.getFirst()).findFirst().orElseThrow())
                .toList();
    }

    private static Stream<String> sections() {
        try {
            return Arrays.stream(Files.readString(GUIDE).split("(?m)^## ")).skip(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Question> questions(String section) {
        String document = section.lines().findFirst().orElseThrow();
        Matcher today = TODAY.matcher(section);
        String day = today.results().findFirst().orElseThrow().group(1);
        return lines(section).map(cells -> question(document, day, cells));
    }

    private static Question question(String document, String today, List<String> cells) {
        Matcher request = REQUEST.matcher(cells.get(1));
        List<Expected> answer = codes(cells.get(2)).map(Expected::of).toList();
        if (!request.matches() || answer.isEmpty()) {
            throw new IllegalStateException("cannot be asked: " + cells);
        }
        return new Question(
                document,
                today,
                cells.getFirst(),
                request.group(1) == null ? "GET" : request.group(1),
                request.group(2),
                request.group(3),
                request.group(4) == null ? "admin" : request.group(4),
                request.group(5),
                answer);
    }

    /** The cells of each line but the head. */
    private static Stream<List<String>> lines(String section) {
        return section.lines()
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList());
    }

    private static Stream<String> codes(String cell) {
        return CODE.matcher(cell).results().map(MatchResult::group).map(code -> code.substring(1, code.length() - 1));
    }
}
