package dev.hone.registry;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.hone.TestModel;
import dev.hone.TestServer;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestServer.class)
class VersionsTest {
  @Inject Versions versions;
  @Inject AuditLog audit;

  @BeforeEach
  void aBaseIsKnown() {
    versions.ensureBase(TestModel.ID);
  }

  @Test
  void namesResolveToConcreteVersions() {
    for (String name : new String[] {null, "hone", "base", TestModel.ID}) {
      assertThat(versions.resolve(name)).isEqualTo(TestModel.ID);
    }
    assertThatThrownBy(() -> versions.resolve("gpt-4"))
        .isInstanceOfSatisfying(
            UnknownModelException.class, e -> assertThat(e.requested()).isEqualTo("gpt-4"));
  }

  @Test
  void aSecondStartChangesNothing() {
    var before = versions.list();
    versions.ensureBase(TestModel.ID);
    assertThat(versions.list()).isEqualTo(before);
  }

  @Test
  void anotherBaseThatIsServedAnswersAtOnce() {
    versions.ensureBase("another");
    assertThat(versions.resolve("hone")).isEqualTo("another");
    assertThat(versions.resolve("base")).isEqualTo("another");
    assertThat(audit.list(1).getFirst())
        .returns("base", AuditLog.Entry::action)
        .returns(TestModel.ID, AuditLog.Entry::before)
        .returns("another", AuditLog.Entry::after);
    versions.ensureBase(TestModel.ID);
    assertThat(versions.active()).isEqualTo(TestModel.ID);
  }

  @Test
  void listsWhatTheDatabaseKnows() {
    given()
        .get("/api/versions")
        .then()
        .statusCode(200)
        .body("findAll { it.active }.id", equalTo(java.util.List.of(TestModel.ID)))
        .body("base", hasItem(TestModel.ID));
  }
}
