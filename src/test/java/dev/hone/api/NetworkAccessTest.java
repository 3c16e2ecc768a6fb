package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.hone.inference.Script;
import dev.hone.operations.HoneConfig;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** Bound to more than loopback: nothing without the key or a session. */
@QuarkusTest
@TestProfile(ScriptedServer.OnTheNetwork.class)
class NetworkAccessTest {
  private static final String KEY = ScriptedServer.OnTheNetwork.KEY;
  private static final String HI =
      "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], \"user\": \"mallory\"}";

  @Inject HoneConfig config;

  @Test
  void withoutTheKeyNothingIsServedButHealthAndSignIn() {
    given()
        .body(HI)
        .post("/v1/chat/completions")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", "Bearer")
        .body("error.code", equalTo("invalid_api_key"));
    given().auth().oauth2("wrong").get("/v1/models").then().statusCode(401);
    for (String path :
        new String[] {
          "/api/conversations", "/api/status", "/assets/../api/status", "//api/status", "/metrics"
        }) {
      given()
          .urlEncodingEnabled(false)
          .get(path)
          .then()
          .statusCode(401)
          .contentType("application/problem+json")
          .body("code", equalTo("invalid_api_key"));
    }
    given()
        .redirects()
        .follow(false)
        .get("/")
        .then()
        .statusCode(302)
        .header("Location", endsWith("/sign-in"));
    given().redirects().follow(false).get("/q/health").then().statusCode(302);
    given().get("/health/ready").then().statusCode(200);
  }

  @Test
  void theKeyAsBearerOpensAndTheRequestNamesItsOwner() {
    Script.is(Script.saying("Hello."));
    String id =
        given()
            .auth()
            .oauth2(KEY)
            .body(HI)
            .post("/v1/chat/completions")
            .then()
            .statusCode(200)
            .extract()
            .path("id");
    assertThat(Turns.find(id + "-0").orElseThrow().owner).isEqualTo("mallory");
  }

  @Test
  void signingInGivesASessionWhoseNameNoRequestCanChange() {
    Script.is(Script.saying("Hello."));
    Response signedIn = signIn(KEY, "ann");
    signedIn.then().statusCode(204);
    assertThat(signedIn.getHeader("Set-Cookie"))
        .contains("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000");
    String session = signedIn.getCookie(SessionCookie.NAME);
    given()
        .cookie(SessionCookie.NAME, session)
        .get("/api/status")
        .then()
        .statusCode(200)
        .body("owner", equalTo("ann"))
        .body("signInRequired", equalTo(true));
    String id =
        given()
            .cookie(SessionCookie.NAME, session)
            .body(HI)
            .post("/v1/chat/completions")
            .then()
            .statusCode(200)
            .extract()
            .path("id");
    assertThat(Turns.find(id + "-0").orElseThrow().owner).isEqualTo("ann");
    given()
        .cookie(SessionCookie.NAME, session)
        .header("Origin", "https://evil.example")
        .post("/api/conversations")
        .then()
        .statusCode(403);
    given().cookie(SessionCookie.NAME, session + "x").get("/api/status").then().statusCode(401);
  }

  @Test
  void oneUserDoesNotSeeTheConversationsOfAnother() {
    String ann = signIn(KEY, "ann").getCookie(SessionCookie.NAME);
    String bob = signIn(KEY, "bob").getCookie(SessionCookie.NAME);
    String id =
        given()
            .cookie(SessionCookie.NAME, ann)
            .post("/api/conversations")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    given().cookie(SessionCookie.NAME, bob).get("/api/conversations/" + id).then().statusCode(404);
    given()
        .cookie(SessionCookie.NAME, bob)
        .get("/api/conversations")
        .then()
        .body("id", not(hasItem(id)));
  }

  @Test
  void aWrongKeyIsNoSession() {
    signIn("wrong", "ann")
        .then()
        .statusCode(401)
        .contentType("application/problem+json")
        .body("code", equalTo("invalid_api_key"));
  }

  @Test
  void aHugeBodyIsRefusedUnread() {
    try (var wire = Wire.announce("/v1/chat/completions", 17 << 20)) {
      assertThat(wire.readUntil("error").getFirst()).contains("413");
    }
  }

  @Test
  void theSecretOfSessionsIsItsOwnersOnly() throws IOException {
    signIn(KEY, "ann");
    var permissions = Files.getPosixFilePermissions(config.data().resolve("session.secret"));
    assertThat(PosixFilePermissions.toString(permissions)).isEqualTo("rw-------");
  }

  private static Response signIn(String key, String user) {
    return given()
        .contentType("application/json")
        .body("{\"key\": \"" + key + "\", \"user\": \"" + user + "\"}")
        .post("/api/sign-in");
  }
}
