package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.inference.Script;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ScriptedServer.class)
class EngineResourceTest {
  @Test
  void whatWasDoneIsCounted() {
    Script.is(Script.saying("Hello."));
    long before = work().getLong("prefixes.lookups");
    given()
        .contentType("application/json")
        .body("{\"prompt\": \"Hi\", \"model\": \"hone\"}")
        .post("/v1/completions")
        .then()
        .statusCode(200);
    var after = work();
    assertThat(after.getLong("prefixes.lookups")).isEqualTo(before + 1);
    assertThat(after.getInt("waiting")).isZero();
    assertThat(after.getInt("waitingFlex")).isZero();
    assertThat(after.getLong("preemptions")).isZero();
    assertThat(after.getInt("cache.slotsTotal")).isPositive();
    assertThat(after.getMap("speculation")).containsKeys("steps", "drafted", "accepted");
  }

  private static JsonPath work() {
    return given().get("/api/engine").then().statusCode(200).extract().jsonPath();
  }
}
