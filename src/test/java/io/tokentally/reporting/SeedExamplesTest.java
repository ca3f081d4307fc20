package io.tokentally.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every JSON example of the seed document, as it stands there: names, nesting and types. */
@ApiTest
class SeedExamplesTest {

    private final Organisation acme = Organisation.fresh();

    @BeforeEach
    void oneCall() {
        acme.putUser("123", "{\"username\": \"john@example.com\", \"email\": \"john@example.com\"}");
        acme.record("""
                {"user_id": 123, "endpoint": "analyze_homework", "model": "gpt-4o",
                 "prompt_tokens": 1500, "completion_tokens": 558}""");
    }

    @Test
    void stats() {
        expectShape("/api/usage/stats", """
                {
                  "success": true,
                  "data": {
                    "overall": {
                      "total_api_calls": 1500,
                      "total_users": 45,
                      "total_tokens": 2500000,
                      "total_cost": 15.50
                    },
                    "monthly": {
                      "monthly_api_calls": 450,
                      "monthly_users": 30,
                      "monthly_tokens": 750000,
                      "monthly_cost": 4.25
                    },
                    "daily": {
                      "daily_api_calls": 120,
                      "daily_users": 15,
                      "daily_tokens": 200000,
                      "daily_cost": 1.15
                    }
                  }
                }""");
    }

    @Test
    void summary() {
        expectShape("/api/usage/summary", """
                {
                  "success": true,
                  "data": {
                    "users": [
                      {
                        "user_id": 123,
                        "username": "john@example.com",
                        "email": "john@example.com",
                        "total_calls": 45,
                        "total_tokens": 125000,
                        "total_cost": 0.875,
                        "last_call": "2025-10-11T10:30:00Z"
                      }
                    ],
                    "total": 45,
                    "limit": 100,
                    "offset": 0
                  }
                }""");
    }

    /** The seed's members, with the balance beside them. */
    @Test
    void user() {
        String answer = acme.get("/api/usage/user/123").asString();
        String withoutBalance = answer.replaceAll(",\"balance\":.*", "}}");

        assertThat(answer).contains("\"balance\":{\"allowed\":true");
        assertThat(JsonShape.of(withoutBalance)).isEqualTo(JsonShape.of("""
                {
                  "success": true,
                  "data": {
                    "userId": 123,
                    "total": {
                      "total_calls": 45,
                      "total_tokens": 125000,
                      "total_cost": 0.875
                    },
                    "monthly": {
                      "monthly_calls": 12,
                      "monthly_tokens": 35000,
                      "monthly_cost": 0.245
                    }
                  }
                }"""));
    }

    @Test
    void endpoint() {
        expectShape("/api/usage/endpoint", """
                {
                  "success": true,
                  "data": [
                    {
                      "endpoint": "analyze_homework",
                      "model": "gpt-4o",
                      "api_calls": 850,
                      "total_tokens": 1750000,
                      "cost_usd": 10.25,
                      "avg_tokens_per_call": 2058,
                      "avg_cost_per_call": 0.012
                    }
                  ]
                }""");
    }

    @Test
    void daily() {
        expectShape("/api/usage/daily", """
                {
                  "success": true,
                  "data": [
                    {
                      "date": "2025-10-11",
                      "api_calls": 120,
                      "unique_users": 15,
                      "total_tokens": 200000,
                      "cost_usd": 1.15
                    }
                  ]
                }""");
    }

    private void expectShape(String path, String example) {
        assertThat(JsonShape.of(acme.get(path).asString())).isEqualTo(JsonShape.of(example));
    }
}
