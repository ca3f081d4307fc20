package io.tokentally.boot;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.startsWith;

import io.tokentally.testing.ApiTest;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ApiTest
class StartPageTest {

    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]*)\"");

    @Test
    void saysWhatThisIsAndWhereTheApiPageIsWithoutAnAccessToken() {
        given().get("/")
                .then()
                .statusCode(200)
                .contentType(startsWith("text/html"))
                .body(containsString("<title>Tokentally</title>"))
                .body(containsString("href=\"/q/swagger-ui\""))
                .body(containsString("href=\"/q/health\""))
                .body(containsString("./tokentally token"));
    }

    /** A page that asks nobody else works without the internet and tells nobody who looks at it. */
    @Test
    void linksOnlyToWhatThisServiceAnswers() {
        String page = given().get("/").asString();
        List<String> links =
                LINK.matcher(page).results().map(link -> link.group(1)).toList();

        assertThat(links).contains("start.css", "mark.svg").allSatisfy(link -> {
            assertThat(link).doesNotContain("//");
            given().get(link.startsWith("/") ? link : "/" + link).then().statusCode(200);
        });
    }

    @ParameterizedTest
    @CsvSource({"/start.css,text/css", "/mark.svg,image/svg+xml"})
    void bringsItsOwnStyleAndMark(String path, String type) {
        given().get(path).then().statusCode(200).contentType(startsWith(type));
    }
}
