package io.tokentally.portal;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.regex.Pattern;

/** One tab, in words of the portal. What is not there yet is waited for. */
record Tab(Page page) {

    /** @param path below the service's address, such as {@code /admin/users} */
    Tab open(String path) {
        page.navigate(path);
        return this;
    }

    Locator heading(String name) {
        return named(AriaRole.HEADING, name);
    }

    Locator button(String name) {
        return named(AriaRole.BUTTON, name);
    }

    Locator button(Pattern name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
    }

    Locator link(String name) {
        return named(AriaRole.LINK, name);
    }

    Locator region(String name) {
        return named(AriaRole.REGION, name);
    }

    /** By how its label begins: a hint may follow. While a dialog is open, in that. */
    Locator field(String label) {
        return page.locator("dialog, body:not(:has(dialog))")
                .getByLabel(Pattern.compile("^\\s*" + label.replaceAll("[^\\w ]", "\\\\$0") + "(?!\\w)"))
                .and(page.locator("input, select, textarea"));
    }

    Locator checkbox(String name) {
        return named(AriaRole.CHECKBOX, name);
    }

    Locator alert() {
        return page.getByRole(AriaRole.ALERT);
    }

    Locator main() {
        return page.getByRole(AriaRole.MAIN);
    }

    Locator dialog() {
        return page.getByRole(AriaRole.DIALOG);
    }

    /** Some ask the service first what there is to choose from. */
    void openDialog(Locator opener) {
        opener.click();
        assertThat(dialog()).isVisible();
    }

    Locator navigation() {
        return named(AriaRole.NAVIGATION, "Pages");
    }

    /** What the navigation offers, in its order. */
    List<String> pages() {
        assertThat(navigation()).isVisible();
        return navigation().getByRole(AriaRole.LINK).allInnerTexts().stream()
                .map(String::strip)
                .toList();
    }

    /** To a page that the navigation offers. */
    Tab go(String name) {
        Locator link = navigation()
                .getByRole(
                        AriaRole.LINK,
                        new Locator.GetByRoleOptions().setName(name).setExact(true));
        link.click();
        assertThat(link).hasAttribute("aria-current", "page");
        return settled();
    }

    /** A section by its heading. */
    Locator section(String heading) {
        return page.locator("section")
                .filter(new Locator.FilterOptions()
                        .setHas(page.getByRole(
                                AriaRole.HEADING,
                                new Page.GetByRoleOptions().setName(heading).setExact(true))));
    }

    /** The big figure of a card. */
    Locator card(String heading) {
        return section(heading).locator(".big");
    }

    Locator named(AriaRole role, String name) {
        return page.getByRole(role, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** Until nothing is on its way any more. */
    Tab settled() {
        assertThat(page.locator("h1").first()).isVisible();
        assertThat(page.locator(".bones, [aria-busy=true]")).hasCount(0);
        return this;
    }

    String text() {
        return settled().page.locator("body").innerText();
    }

    /** Nothing is scrolled sideways to; charts follow the window a moment later. */
    void assertFits(int width) {
        page.setViewportSize(width, 800);
        Locator document = page.locator("html");
        assertThat(document).hasJSProperty("scrollWidth", (int) document.boundingBox().width);
    }
}
