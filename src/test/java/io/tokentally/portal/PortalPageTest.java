package io.tokentally.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import org.junit.jupiter.api.Test;

@ApiTest
class PortalPageTest {

    /** Anybody may ask for a page, and for the metrics. */
    @Test
    void namesNobodyInTheMetrics() {
        get("/admin/users/zoe@example.com");
        get("/admin/users/zoe@example.com"); // the first is counted by now

        assertThat(get("/q/metrics").asString())
                .contains("uri=\"/admin/{page}\"")
                .doesNotContain("zoe@");
    }

    private static Response get(String path) {
        return Organisation.anonymous()
                .get(path)
                .then()
                .statusCode(200)
                .extract()
                .response();
    }
}
