package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.TestModel;
import dev.hone.registry.ModelStore;
import dev.hone.registry.RegistryConfig;
import dev.hone.registry.RewardManifest;
import dev.hone.registry.RewardModels;
import dev.hone.registry.WholeFolder;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@TestProfile(ScriptedServer.class)
class RewardModelsResourceTest {
  @Inject RegistryConfig config;
  @TempDir Path trained;

  @Test
  void rewardModelsAreListedWithWhatIsKnownOfThem() throws IOException {
    for (String file :
        new String[] {"adapter_model.safetensors", "adapter_config.json", "head.safetensors"}) {
      Files.writeString(trained.resolve(file), file);
    }
    var store = new ModelStore(config.models());
    var manifest =
        new RewardManifest(
            RewardManifest.idOf("r1", trained),
            TestModel.ID,
            store.baseHash(TestModel.ID),
            "r1",
            "5".repeat(64),
            Map.of("empty-answer", 2),
            Map.of("answers-cut", 3),
            Map.of("centring", "0.01"),
            JsonNodeFactory.instance.objectNode().put("accuracy", 0.61),
            new TreeMap<>(),
            "2026-01-02T03:04:05Z");
    var kept = new RewardModels(store).add(manifest, trained);
    String found = "find { it.id == '%s' }.".formatted(manifest.id());
    given()
        .get("/api/reward-models")
        .then()
        .statusCode(200)
        .body("id", hasItem(manifest.id()))
        .body(found + "base", equalTo(TestModel.ID))
        .body(found + "evaluation.accuracy", equalTo(0.61f))
        .body(found + "untrainable.empty-answer", equalTo(2))
        .body(found + "cut.answers-cut", equalTo(3))
        .body(found + "hyperparameters.centring", equalTo("0.01"));

    Files.writeString(kept.path().resolve("head.safetensors"), "other");
    given()
        .body("")
        .post("/api/evaluations/rewards?model=" + manifest.id())
        .then()
        .statusCode(503)
        .body("code", equalTo("reward_model_damaged"));
    WholeFolder.delete(kept.path());
  }

  @ParameterizedTest
  @CsvSource({"model=rm-r9-00000000, 404, model_not_found", "format=csv, 400, invalid_value"})
  void whatCannotBeJudgedIsSaid(String query, int status, String code) {
    given()
        .body("")
        .post("/api/evaluations/rewards?" + query)
        .then()
        .statusCode(status)
        .body("code", equalTo(code));
  }
}
