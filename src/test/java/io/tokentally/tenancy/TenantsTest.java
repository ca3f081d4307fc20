package io.tokentally.tenancy;

import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@ApiTest
class TenantsTest {

    private static Response create(String body) {
        return Organisation.anonymous()
                .auth()
                .oauth2(Organisation.accessToken(null, "operator", Roles.PLATFORM_ADMIN))
                .body(body)
                .post("/api/tenants");
    }

    @Test
    void areCreatedOnceByThePlatformAdmin() {
        String id = "t-" + UUID.randomUUID();
        String tenant = "{\"id\":\"" + id + "\",\"name\":\"Acme\",\"zone\":\"Europe/Berlin\",\"default_tier\":\"pro\"}";

        create(tenant)
                .then()
                .statusCode(201)
                .body("data.name", equalTo("Acme"))
                .body("data.zone", equalTo("Europe/Berlin"))
                .body("data.default_tier", equalTo("pro"));
        create(tenant).then().statusCode(409).body("code", equalTo("tenant_exists"));
        new Organisation(id).check("1").then().body("data.tier", equalTo("pro"));
    }

    @Test
    void areRefusedWithEveryWrongMemberNamed() {
        create("{\"id\":\"No Spaces\",\"name\":\"\",\"zone\":\"Mars/Base\"}")
                .then()
                .statusCode(400)
                .body("errors.field", containsInAnyOrder("id", "name", "zone"));
    }

    @Test
    void areRefusedWithADefaultTierThatNoNewTenantHas() {
        String id = "t-" + UUID.randomUUID();

        create("{\"id\":\"" + id + "\",\"default_tier\":\"gold\"}")
                .then()
                .statusCode(400)
                .body("errors.field", containsInAnyOrder("default_tier"));
        create("{\"id\":\"" + id + "\"}").then().statusCode(201);
    }

    @Test
    void areRefusedWithAMemberNobodyKnows() {
        create("{\"id\":\"x\",\"plan\":\"gold\"}")
                .then()
                .statusCode(400)
                .body("errors.field", containsInAnyOrder("plan"));
    }
}
