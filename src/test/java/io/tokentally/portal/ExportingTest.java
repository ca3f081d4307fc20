package io.tokentally.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.junit.jupiter.api.Test;

@ApiTest
@BrowserTest
class ExportingTest {

    private static final CSVFormat STRICT = CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
            .setSkipHeaderRecord(true)
            .setTrailingData(false)
            .setLenientEof(false)
            .get();

    private final Organisation acme = Organisation.fresh();

    private String admins() {
        return Organisation.accessToken(acme.id(), "admin-1", "admin");
    }

    private static List<CSVRecord> rows(Download download) throws IOException {
        try (var reader = Files.newBufferedReader(download.path(), StandardCharsets.UTF_8);
                var parser = STRICT.parse(reader)) {
            return parser.getRecords();
        }
    }

    private static BigDecimal sum(List<CSVRecord> rows, String column) {
        return rows.stream()
                .map(row -> row.get(column))
                .filter(cell -> !cell.isEmpty())
                .map(BigDecimal::new)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal exact(Tab tab, String card) {
        String title = tab.card(card).locator("[title]").getAttribute("title");
        return new BigDecimal(title.replaceAll("[$,]", ""));
    }

    @Test
    void givesAFileThatSumsToTheCards(Visits visits) throws IOException {
        var traffic = Traffic.of(acme);
        for (int i = 1; i <= 30; i++) {
            traffic.call(0, "user-" + i % 4, "a \"quoted\", name\nof " + i, "gpt-4.1-nano", 7_919L * i * i, "");
        }
        traffic.call(0, "ann", "long", "gpt-4.1-nano", 98_765_431, "")
                .call(0, "ann", "e", Traffic.UNPRICED, 12, "")
                .record();
        Tab tab = visits.visit(admins()).open("/admin");
        assertThat(tab.card("Calls this month")).hasText("32");

        Download download = tab.page().waitForDownload(tab.button("Export calls")::click);

        assertThat(download.suggestedFilename()).isEqualTo("usage.csv");
        List<CSVRecord> rows = rows(download);
        assertThat(rows).hasSize(32);
        assertThat(sum(rows, "Cost (USD)"))
                .isEqualByComparingTo(exact(tab, "Cost this month"))
                .isEqualByComparingTo(acme.get("/api/usage/stats").<BigDecimal>path("data.monthly.monthly_cost"));
        assertThat(sum(rows, "Total Tokens")).isEqualByComparingTo(exact(tab, "Tokens this month"));
        assertThat(tab.page().locator(".toast")).containsText("usage.csv");
    }

    @Test
    void givesTheFilteredRowsOfAReport(Visits visits) throws IOException {
        Traffic.of(acme)
                .call("ann", "chat", 1_234)
                .call("bob", "grade", 77)
                .call("bob", "chat", 1)
                .record();
        Tab tab = visits.visit(admins()).open("/admin/endpoints?userId=bob");
        var total = tab.region("Endpoints").locator("tfoot td");

        Download download = tab.page().waitForDownload(tab.button("Export CSV")::click);

        List<CSVRecord> rows = rows(download);
        assertThat(rows).hasSize(2);
        assertThat("$" + sum(rows, "Total Cost (USD)").stripTrailingZeros().toPlainString())
                .isEqualTo(total.nth(2).locator("[title]").first().getAttribute("title"))
                .isEqualTo("$0.000078");
    }

    @Test
    void givesWhoeverASearchFindsWithOrWithoutCalls(Visits visits) throws IOException {
        Traffic.of(acme).call("ann", "chat", 1_234).call("bob", "chat", 77).record();
        acme.putUser("joanna", "{}");
        Tab tab = visits.visit(admins()).open("/admin/users?q=ann&sortBy=user_id&order=DESC");
        assertThat(tab.heading("2 users found")).isVisible();

        Download download = tab.page().waitForDownload(tab.button("Export CSV")::click);

        assertThat(download.suggestedFilename()).isEqualTo("users.csv");
        assertThat(rows(download)).extracting(row -> row.get("User ID")).containsExactly("joanna", "ann");
    }

    @Test
    void givesAllPagesOfAList(Visits visits) throws IOException {
        int total = acme.get("/api/prices?book=catalogue&at=all").path("data.total");
        Tab tab = visits.visit(admins()).open("/admin/prices?book=catalogue&at=all&offset=50");

        Download download = tab.page().waitForDownload(tab.button("Export CSV")::click);

        assertThat(rows(download)).hasSize(total).hasSizeGreaterThan(100);
    }

    @Test
    void saysWhyThereIsNoFile(Visits visits) {
        Traffic.of(acme).call("ann", "chat", 1_234).record();
        Tab tab = visits.mayBeRefusedWith(Visits.UNREACHABLE).visit(admins()).open("/admin");
        tab.page().route("**/api/usage/export?*", route -> route.abort());

        tab.button("Export calls").click();

        assertThat(tab.page().locator(".toast")).hasText("No file: The service cannot be reached.");
        assertThat(tab.button("Export calls")).isEnabled();
    }
}
