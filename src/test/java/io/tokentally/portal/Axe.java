package io.tokentally.portal;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What axe says of what a tab shows just now: by all its rules in light, and by that of contrast in dark. */
final class Axe {

    private static final String RUN = """
            (options) => axe.run(document, {resultTypes: ['violations'], ...options}).then(({violations}) => violations.map(
                ({impact, id, help, nodes}) => ({impact, words: `${id}: ${help}: ${nodes.map(({target, failureSummary}) =>
                    `${target} (${failureSummary.split('\\n')[1]})`).slice(0, 4).join(' | ')}`})))""";

    private static final Map<String, Object> EVERYTHING = Map.of();
    private static final Map<String, Object> CONTRAST =
            Map.of("runOnly", Map.of("type", "rule", "values", List.of("color-contrast")));

    private Axe() {}

    static List<String> seriousFindings(Tab tab, String where) {
        Page page = tab.page();
        if (!(boolean) page.evaluate("'axe' in window")) {
            page.evaluate(AxeBuilder.getAxeScript());
        }
        Stream<String> light = findings(page, where, EVERYTHING);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        Stream<String> dark = findings(page, where + ", dark", CONTRAST);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        return Stream.concat(light, dark).toList();
    }

    @SuppressWarnings("unchecked")
    private static Stream<String> findings(Page page, String where, Map<String, Object> options) {
        var found = (List<Map<String, String>>) page.evaluate(RUN, options);
        return found.stream()
                .filter(finding -> isSerious(where, finding))
                .map(finding -> where + ": " + finding.get("words"));
    }

    private static boolean isSerious(String where, Map<String, String> finding) {
        boolean isSerious = List.of("serious", "critical").contains(finding.get("impact"));
        if (!isSerious) {
            System.out.println("axe, " + finding.get("impact") + ", " + where + ": " + finding.get("words"));
        }
        return isSerious;
    }
}
