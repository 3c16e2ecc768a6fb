package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** Open on loopback, but not to the pages of other sites that a browser here may show. */
@QuarkusTest
@TestProfile(ScriptedServer.class)
class LoopbackGuardTest {
  @Test
  void anyOrNoBearerIsAccepted() {
    given().header("Authorization", "Bearer anything").get("/v1/models").then().statusCode(200);
    given().get("/v1/models").then().statusCode(200);
  }

  @Test
  void aNameThatIsNotLoopbackIsRefused() {
    given()
        .header("Host", "evil.example")
        .get("/v1/models")
        .then()
        .statusCode(403)
        .body("error.code", equalTo("foreign_host"));
    given().header("Host", "127.0.0.1:1").get("/v1/models").then().statusCode(200);
  }

  @Test
  void pagesOfOtherSitesCantWrite() {
    for (String origin : new String[] {"https://evil.example", "null", "http://localhost:1"}) {
      given()
          .header("Origin", origin)
          .post("/api/conversations")
          .then()
          .statusCode(403)
          .contentType("application/problem+json")
          .body("code", equalTo("foreign_origin"));
    }
    String own = ConfigProvider.getConfig().getValue("test.url", String.class);
    given().header("Origin", own).post("/api/conversations").then().statusCode(201);
  }
}
