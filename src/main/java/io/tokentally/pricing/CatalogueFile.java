package io.tokentally.pricing;

import com.opencsv.CSVReader;
import com.opencsv.CSVReaderBuilder;
import com.opencsv.RFC4180ParserBuilder;
import com.opencsv.exceptions.CsvValidationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The three files of the catalogue: RFC 4180 with a header, UTF-8. */
enum CatalogueFile {
    PRICES(
            "catalogue.csv",
            Stream.of("provider", "model", "vendor", "effective_from", "effective_until"),
            CatalogueFile.rates(),
            Stream.of("source")),
    BANDS(
            "bands.csv",
            Stream.of("provider", "model", "effective_from", "effective_until", "threshold_prompt_tokens", "compare"),
            CatalogueFile.rates(),
            Stream.of("source")),
    ALIASES("aliases.csv", Stream.of("provider", "alias", "model", "effective_from", "source"));

    private final String fileName;
    private final List<String> columns;

    @SafeVarargs
    CatalogueFile(String fileName, Stream<String>... columns) {
        this.fileName = fileName;
        this.columns = Arrays.stream(columns).flatMap(part -> part).toList();
    }

    List<CatalogueLine> fromClassPath() {
        try (InputStream file = CatalogueFile.class.getResourceAsStream("/pricing/" + fileName)) {
            if (file == null) {
                throw new IllegalStateException("pricing/" + fileName + " is not on the class path");
            }
            return lines(new InputStreamReader(file, StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    List<CatalogueLine> lines(Reader text) {
        CSVReader rows = new CSVReaderBuilder(text)
                .withCSVParser(new RFC4180ParserBuilder().build())
                .build();
        try {
            expectHeader(rows.readNext());
            List<CatalogueLine> lines = new ArrayList<>();
            for (String[] cells = rows.readNext(); cells != null; cells = rows.readNext()) {
                lines.add(line(rows.getLinesRead(), cells));
            }
            return lines;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (CsvValidationException malformed) {
            throw new IllegalStateException(fileName + ": " + malformed.getMessage(), malformed);
        }
    }

    private void expectHeader(String[] header) {
        if (header == null || !columns.equals(List.of(header))) {
            throw new IllegalStateException(fileName + " begins with the columns " + String.join(",", columns));
        }
    }

    private CatalogueLine line(long number, String[] cells) {
        Map<String, String> named = new HashMap<>();
        CatalogueLine line = new CatalogueLine(fileName, number, named);
        if (cells.length != columns.size()) {
            throw line.mistake("has %d cells, not %d".formatted(cells.length, columns.size()));
        }
        for (int column = 0; column < cells.length; column++) {
            named.put(columns.get(column), cells[column]);
        }
        return line;
    }

    private static Stream<String> rates() {
        return Stream.of(
                "input_per_1m", "output_per_1m", "cache_read_per_1m", "cache_write_5m_per_1m", "cache_write_1h_per_1m");
    }
}
