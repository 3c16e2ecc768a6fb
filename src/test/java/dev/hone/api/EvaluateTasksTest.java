package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(ScriptedServer.class)
class EvaluateTasksTest {
  @ParameterizedTest
  @CsvSource({
    "version=r9-0, 404, model_not_found",
    "tasks=-1, 400, invalid_value",
    "tasks=some, 400, invalid_value",
    "temperature=2.5, 400, invalid_value",
    "temperature=NaN, 400, invalid_value",
    "maxNewTokens=0, 400, invalid_value",
    "seed=1.5, 400, invalid_value"
  })
  void whatCannotBeJudgedIsSaid(String query, int status, String code) {
    given()
        .body("")
        .post("/api/evaluations/tasks?" + query)
        .then()
        .statusCode(status)
        .body("code", equalTo(code));
  }

  @Test
  void aLineThatIsNoTaskIsNamed() {
    given()
        .body("{\"prompt\":\"Hi\",\"checks\":[]}")
        .post("/api/evaluations/tasks")
        .then()
        .statusCode(422)
        .body("code", equalTo("invalid_task"))
        .body("detail", startsWith("Line 1 of the file: "));
  }
}
