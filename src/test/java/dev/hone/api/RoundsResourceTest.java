package dev.hone.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.hone.TestModel;
import dev.hone.chat.StoredTurns;
import dev.hone.inference.Script;
import dev.hone.loop.LoopConfig;
import dev.hone.loop.ScriptedWorkers;
import dev.hone.registry.AuditLog;
import dev.hone.registry.Versions;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ScriptedRounds.class)
class RoundsResourceTest {
  @Inject Versions versions;
  @Inject AuditLog audit;
  @Inject LoopConfig config;

  @BeforeEach
  void thereArePairs() {
    ScriptedRounds.importPairs();
  }

  @Test
  void whatPassesTheGateAnswersAndCanBeTakenBack() {
    String parent = versions.active();
    String id =
        start(ScriptedWorkers.PASSES)
            .statusCode(201)
            .body("recipe", equalTo("dpo"))
            .body("parent", equalTo(parent))
            .body("settings.beta", equalTo("0.1"))
            .body("snapshot.sha256", notNullValue())
            .body("snapshot.unpaired.train", equalTo(0))
            .body("snapshot.mixture", nullValue())
            .body("startedBy", equalTo("local"))
            .extract()
            .path("id");

    var round = ended(id);
    round
        .body("state", equalTo("PUBLISHED"))
        .body("version", startsWith(id + "-"))
        .body("compute", equalTo("f32"))
        .body("endedAt", notNullValue())
        .body("progress", nullValue())
        .body("metrics.accuracy", equalTo(0.62f))
        .body("metrics.pairs", equalTo(16))
        .body("metrics.heldOut", equalTo(400))
        .body("metrics.logprobAccuracyBefore", equalTo(0.52f))
        .body("metrics.steps", equalTo(2))
        .body("gate.find { it.name == 'preference-accuracy' }.verdict", equalTo("PASSED"));
    String version = round.extract().path("version");
    assertThat(versions.active()).isEqualTo(version);
    assertThat(folder(id).resolve("checkpoints")).doesNotExist();
    given()
        .get("/api/rounds/" + id + "/curve")
        .then()
        .body("step", equalTo(List.of(1, 2)))
        .body("[0].loss", equalTo(0.6f));
    given()
        .get("/api/rounds/" + id + "/metrics.csv")
        .then()
        .statusCode(200)
        .contentType(startsWith("text/csv"))
        .header("Content-Disposition", equalTo("attachment; filename=\"%s.csv\"".formatted(id)))
        .body(
            equalTo(
                """
                step,loss,learning_rate,grad_norm,examples_per_second,rewards/margins,rewards/accuracies
                1,0.6,1.0E-4,1.0,4.0,0.1,0.75
                2,0.6,1.0E-4,1.0,4.0,0.1,0.75
                """));
    given()
        .get("/api/rounds/" + id + "/metrics.tfevents")
        .then()
        .statusCode(200)
        .contentType("application/octet-stream")
        .header("Content-Disposition", containsString("filename=\"events.out.tfevents."))
        .body(containsString("brain.Event:2"))
        .body(containsString("train/rewards/margins"));
    version(version)
        .body("state", equalTo("published"))
        .body("decision", equalTo("PUBLISHED"))
        .body("round", equalTo(id))
        .body("parent", equalTo(parent))
        .body("base", equalTo(TestModel.ID))
        .body("metrics.accuracy", equalTo(0.62f));
    assertThat(config.models().resolve("versions").resolve(version).resolve("MODEL_CARD.md"))
        .content()
        .contains(version, "pairs to train on", "Cut to fit: none", "preference-accuracy", "Limits")
        .doesNotContain("%s", "%d", "null");

    rollback("it is rude").statusCode(200).body("id", equalTo(parent));
    assertThat(versions.active()).isEqualTo(parent);
    given()
        .get("/api/rounds/" + id)
        .then()
        .body("state", equalTo("ROLLED_BACK"))
        .body("why", equalTo("it is rude"));

    publish(version, "{}").statusCode(200).body("active", equalTo(true));
    given().get("/api/rounds/" + id).then().body("state", equalTo("PUBLISHED"));
    rollback(null).statusCode(200);
    assertThat(audit.list(100).stream().map(AuditLog.Entry::action))
        .contains("round-start", "publish", "rollback", "activate");
  }

  @Test
  void whatNeedsAPersonIsPublishedWithAnOverrideAndAReason() {
    String parent = versions.active();
    var round = ended(started(ScriptedWorkers.NEEDS_HUMAN)).body("state", equalTo("NEEDS_HUMAN"));
    String version = round.extract().path("version");
    assertThat(versions.active()).isEqualTo(parent);
    version(version).body("state", equalTo("candidate")).body("decision", equalTo("NEEDS_HUMAN"));

    publish(version, "{}").statusCode(409).body("code", equalTo("not_approved"));
    publish(version, "{\"override\":true}").statusCode(422).body("code", equalTo("why_missing"));
    publish(version, "{\"override\":true,\"why\":\"read all of it\"}")
        .statusCode(200)
        .body("id", equalTo(version))
        .body("active", equalTo(true))
        .body("decision", equalTo("PUBLISHED"));
    assertThat(versions.active()).isEqualTo(version);
    assertThat(audit.list(1).getFirst().why()).contains("override", "read all of it");

    rollback("no").statusCode(200).body("id", equalTo(parent));
    version(version).body("state", equalTo("published")).body("decision", equalTo("ROLLED_BACK"));
  }

  @Test
  void whatIsRefusedIsNotPublished() {
    String parent = versions.active();
    String id = started(ScriptedWorkers.IS_REFUSED);
    String version = ended(id).body("state", equalTo("REFUSED")).extract().path("version");
    assertThat(versions.active()).isEqualTo(parent);

    assertThat(folder(id).resolve("candidate")).doesNotExist();
    publish(version, "{\"override\":true,\"why\":\"all the same\"}")
        .statusCode(409)
        .body("code", equalTo("candidate_gone"));
    given().get("/api/versions").then().body("id", not(hasItem(version)));
  }

  @Test
  void whatIsNoNumberIsRefused() {
    ended(started(ScriptedWorkers.IS_BROKEN))
        .body("state", equalTo("REFUSED"))
        .body("gate.name", equalTo(List.of("finite")))
        .body("metrics.heldOut", equalTo(400))
        .body("metrics.accuracy", nullValue())
        .body("metrics.steps", equalTo(2));
  }

  @Test
  void oneRoundAtATimeWhichCanBeCancelledAndResumed() {
    String id = started(ScriptedWorkers.WAITS);
    awaitStep(id);
    given()
        .get("/api/rounds/" + id)
        .then()
        .body("state", equalTo("POLICY"))
        .body("progress.phase", equalTo("training"))
        .body("progress.step", equalTo(1))
        .body("progress.steps", equalTo(2))
        .body("progress.loss", equalTo(0.6f))
        .body("progress.gradientNorm", equalTo(1f))
        .body("paused", equalTo(false));
    String labels = "phase=\"training\",recipe=\"dpo\",round=\"%s\"".formatted(id);
    given()
        .get("/metrics")
        .then()
        .statusCode(200)
        .contentType(allOf(startsWith("text/plain"), containsString("version=0.0.4")))
        .body(containsString("hone_round_step{%s} 1.0".formatted(labels)))
        .body(containsString("hone_round_steps{%s} 2.0".formatted(labels)))
        .body(containsString("hone_round_loss{%s} 0.6".formatted(labels)))
        .body(containsString("hone_round_learning_rate{%s} 1.0E-4".formatted(labels)))
        .body(containsString("hone_round_remaining_seconds{%s} 2.0".formatted(labels)))
        .body(
            containsString(
                "hone_round_metric{name=\"rewards/accuracies\",%s} 0.75".formatted(labels)));
    start(ScriptedWorkers.PASSES).statusCode(409).body("code", equalTo("round_running"));
    act(id, "resume").statusCode(200).body("state", equalTo("POLICY"));

    act(id, "cancel").statusCode(200).body("state", equalTo("CANCELLED"));
    act(id, "cancel").statusCode(409).body("code", equalTo("round_not_running"));
    given().get("/metrics").then().statusCode(200).body(equalTo(""));
    assertThat(folder(id).resolve("checkpoints/step-000001")).exists();

    act(id, "resume").statusCode(200).body("endedAt", nullValue());
    ended(id).body("state", equalTo("PUBLISHED"));
    act(id, "resume").statusCode(409).body("code", equalTo("not_resumable"));
    rollback(null).statusCode(200);
  }

  @Test
  void aKilledWorkerFailsTheRoundUntilItIsResumed() {
    String id = started(ScriptedWorkers.DIES);
    ended(id)
        .body("state", equalTo("FAILED"))
        .body("why", containsString("killed"))
        .body("why", containsString("round resume " + id));
    act(id, "resume").statusCode(200);
    ended(id).body("state", equalTo("PUBLISHED")).body("why", nullValue());
    rollback(null).statusCode(200);
  }

  @Test
  void aWorkersOwnWordsAreTheReason() {
    ended(started(ScriptedWorkers.DIVERGES))
        .body("state", equalTo("FAILED"))
        .body("why", equalTo("step 2 has loss NaN"));
  }

  @Test
  void aNewerRoundEndsTheHopesOfAnOlderOne() {
    String failed = started(ScriptedWorkers.DIVERGES);
    ended(failed);
    assertThat(folder(failed).resolve("checkpoints")).exists();
    ended(started(ScriptedWorkers.IS_REFUSED));

    assertThat(folder(failed).resolve("checkpoints")).doesNotExist();
    act(failed, "resume").statusCode(409).body("detail", containsString("newer round"));
  }

  @Test
  void aRoundRestsWhilePeopleChat() throws IOException {
    String id = started(ScriptedWorkers.WAITS);
    awaitStep(id);
    var steps = new Semaphore(1);
    Script.is(Script.paced(steps));
    try (var wire =
        Wire.post(
            "/v1/chat/completions",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true,\"max_tokens\":4}")) {
      await().until(() -> given().get("/api/rounds/" + id).path("paused").equals(true));
      steps.release(10);
      wire.readUntil("[DONE]");
    }
    await().until(() -> given().get("/api/rounds/" + id).path("paused").equals(false));
    act(id, "cancel").statusCode(200);
    assertThat(Files.readAllLines(folder(id).resolve("heard"))).containsExactly("pause", "go");
  }

  @Test
  void saysWhatCannotBe() {
    body("{\"recipe\":\"sft+magic\"}")
        .statusCode(422)
        .body("code", equalTo("unknown_recipe"))
        .body("detail", containsString("magic"));
    body("{\"plan\":{\"stages\":[{\"beta\":1}]}}")
        .statusCode(422)
        .body("code", equalTo("invalid_plan"))
        .body("detail", containsString("stages[0].method"));
    body("{\"plan\":{\"stages\":[{\"method\":\"dpo\"}]},\"recipe\":\"dpo\"}").statusCode(400);
    body("{\"recipe\":\"sft+dpo\",\"settings\":{\"learningRate\":1}}")
        .statusCode(422)
        .body("code", equalTo("invalid_setting"))
        .body("detail", containsString("sft.learningRate or dpo.learningRate"));
    body("{\"recipe\":\"dpo\",\"settings\":{\"betta\":1}}")
        .statusCode(422)
        .contentType("application/problem+json")
        .body("code", equalTo("invalid_setting"))
        .body("detail", containsString("betta"));
    body("{\"recipe\":\"dpo\",\"settings\":{\"beta\":\"much\"}}")
        .statusCode(422)
        .body("code", equalTo("invalid_setting"));
    body("{\"recipe\":\"dpo\",\"include\":[\"votes\"]}")
        .statusCode(422)
        .body("code", equalTo("too_few_pairs"))
        .body("detail", containsString("there are 0"));
    body("{\"recipe\":\"dpo\",\"include\":[\"rumours\"]}").statusCode(400);
    body("{\"recipe\":\"dpo\",\"colour\":1}").statusCode(400);
    body("{\"recipe\":\"dpo\",\"mixture\":\"votes\"}")
        .statusCode(422)
        .body("code", equalTo("invalid_setting"))
        .body("detail", containsString("votes:0.5,imported:0.5"));
    given().get("/api/rounds/r999").then().statusCode(404).body("code", equalTo("unknown_round"));
    given().get("/api/rounds/r999/metrics.csv").then().statusCode(404);
    given().get("/api/rounds/x").then().statusCode(404).body("code", equalTo("unknown_round"));
    publish("nobody", "{}").statusCode(404).body("code", equalTo("model_not_found"));
  }

  @Test
  void aPlanHasItsStagesDoneOneAfterTheOther() {
    var started =
        body("""
                {"plan": {"name": "gently", "stages": [{"method": "sft", "learningRate": 1e-4},
                 {"method": "dpo"}]}, "settings": {"dpo.seed": %d, "beta": 0.2}}"""
                .formatted(ScriptedWorkers.PASSES))
            .statusCode(201)
            .body("recipe", equalTo("gently"))
            .body("plan.reason", nullValue())
            .body("plan.stages.name", equalTo(List.of("sft", "dpo")))
            .body("plan.stages.learnsFrom", equalTo(List.of("demonstrations", "pairs")))
            .body("plan.stages[0].changed", equalTo(List.of("learningRate")))
            .body("plan.stages[1].changed", equalTo(List.of("beta")))
            .body("plan.stages[1].settings.beta", equalTo("0.2"))
            .body("settings.'sft.learningRate'", equalTo("1.0E-4"));
    int train = started.extract().path("snapshot.train");
    started.body("plan.stages.examples", equalTo(List.of(train, train)));
    String id = started.extract().path("id");
    String version = ended(id).body("state", equalTo("PUBLISHED")).extract().path("version");

    Path published = config.models().resolve("versions").resolve(version);
    assertThat(published.resolve("MODEL_CARD.md"))
        .content()
        .contains(
            "tags: [lora, sft, dpo]",
            "supervised fine-tuning on demonstrations, then direct preference optimisation on pairs",
            "Plan `gently`",
            "1. sft. Settings",
            "2. dpo. 2 steps");
    assertThat(published.resolve("manifest.json"))
        .content()
        .contains("\"dpo.beta\" : \"0.2\"", "\"beta\" : \"0.2\"", "\"recipe\" : \"gently\"");
    rollback(null).statusCode(200);
  }

  @Test
  void aPlanThatNobodyNamedFollowsFromTheDataAndSaysWhy() {
    var round =
        body("{\"recipe\":\"auto\",\"settings\":{\"seed\":%d}}"
                .formatted(ScriptedWorkers.IS_REFUSED))
            .statusCode(201);
    int train = round.extract().path("snapshot.train");
    round
        .body("recipe", equalTo("dpo"))
        .body("plan.reason", equalTo("there are %d pairs".formatted(train)));
    ended(round.extract().path("id"));
    given()
        .contentType("application/json")
        .body("{\"include\":[\"votes\"]}")
        .post("/api/rounds")
        .then()
        .statusCode(422)
        .body("code", equalTo("too_few_pairs"));
  }

  @Test
  void thumbsAloneLeadToKto() {
    var votes =
        IntStream.range(0, 24)
            .mapToObj(i -> StoredTurns.answer("thumbed question " + i, "answer").getFirst())
            .map(
                turn ->
                    vote("{\"kind\":\"rating\",\"turn\":\"%s\",\"value\":\"up\"}".formatted(turn)))
            .toList();
    var plan =
        given()
            .contentType("application/json")
            .body("{\"include\":[\"votes\"]}")
            .post("/api/rounds/plan")
            .then()
            .statusCode(200);
    // What others of this class ask of votes does not see these.
    votes.forEach(id -> vote("{\"kind\":\"withdrawal\",\"feedback\":\"%s\"}".formatted(id)));
    int judged = plan.extract().path("snapshot.unpaired.train");
    assertThat(judged).isBetween(8, 23);
    plan.body("plan.name", equalTo("kto"))
        .body(
            "plan.reason",
            equalTo("there are %d judged answers and only 0 pairs".formatted(judged)))
        .body("plan.stages.method", equalTo(List.of("kto")))
        .body("plan.stages.learnsFrom", equalTo(List.of("judged answers")))
        .body("plan.stages.examples", equalTo(List.of(judged)))
        .body("snapshot.train", equalTo(0));
  }

  private static String vote(String json) {
    return given()
        .contentType("application/json")
        .body(json)
        .post("/api/feedback")
        .then()
        .statusCode(201)
        .extract()
        .path("id");
  }

  @Test
  void whatARoundWouldDoCanBeAskedFirst() {
    int before = given().get("/api/rounds").path("size()");
    given()
        .contentType("application/json")
        .body("{\"recipe\":\"sft+kto\",\"settings\":{\"sft.epochs\":2}}")
        .post("/api/rounds/plan")
        .then()
        .statusCode(200)
        .body("parent", equalTo(versions.active()))
        .body("plan.name", equalTo("sft+kto"))
        .body("plan.stages[0].changed", equalTo(List.of("epochs")))
        .body("snapshot.sha256", notNullValue());
    given().get("/api/rounds").then().body("$", hasSize(before));
  }

  @Test
  void thePlansThatComeWithHoneAreListed() {
    given()
        .get("/api/recipes")
        .then()
        .statusCode(200)
        .body("name", hasItems("dpo", "kto", "sft", "sft+dpo", "rm+ppo", "rm+best-of-n+sft"))
        .body("find { it.name == 'sft+dpo' }.stages.method", equalTo(List.of("sft", "dpo")))
        .body("[0].stages[0].settings.beta", equalTo("0.1"))
        .body("[0].stages[0].examples", nullValue());
  }

  @Test
  void sourcesAreMixedAsToldAndTheRoundSaysSo() {
    String id =
        body("{\"recipe\":\"dpo\",\"settings\":{\"seed\":%d},\"mixture\":\"votes:1,imported:1\"}"
                .formatted(ScriptedWorkers.IS_REFUSED))
            .statusCode(201)
            .extract()
            .path("id");
    ended(id).body("snapshot.mixture", equalTo("imported:1.0,votes:1.0"));
    assertThat(audit.list(100).stream().map(AuditLog.Entry::why))
        .contains("dpo on imported, votes as imported:1.0,votes:1.0");
  }

  @Test
  void listsTheNewestFirst() {
    String one = started(ScriptedWorkers.IS_REFUSED);
    ended(one);
    String two = started(ScriptedWorkers.IS_REFUSED);
    ended(two);
    given()
        .get("/api/rounds")
        .then()
        .statusCode(200)
        .body("$", hasSize(greaterThan(1)))
        .body("id[0]", equalTo(two))
        .body("id[1]", equalTo(one));
  }

  @Test
  void thePairsCanBeLookedAtPageByPage() {
    given()
        .get("/api/preferences/pairs?source=import&offset=10&limit=5")
        .then()
        .statusCode(200)
        .body("total", equalTo(ScriptedRounds.PAIRS))
        .body("pairs", hasSize(5))
        .body("pairs[0].source", equalTo("import"))
        .body("pairs[0].prompt", equalTo("question 10"))
        .body("pairs[0].chosen", equalTo("good"))
        .body("pairs[0].provenance.line", equalTo(11));
    given()
        .get("/api/preferences/pairs?source=comparison")
        .then()
        .body("total", equalTo(0))
        .body("pairs", hasSize(0));
    given().get("/api/preferences/pairs?limit=0").then().statusCode(400);
  }

  private static ValidatableResponse start(int scenario) {
    return body("{\"recipe\":\"dpo\",\"settings\":{\"seed\":%d}}".formatted(scenario));
  }

  private static ValidatableResponse body(String json) {
    return given().contentType("application/json").body(json).post("/api/rounds").then();
  }

  private static String started(int scenario) {
    return start(scenario).statusCode(201).extract().path("id");
  }

  private static ValidatableResponse ended(String id) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> given().get("/api/rounds/" + id).path("endedAt") != null);
    return given().get("/api/rounds/" + id).then().statusCode(200);
  }

  private static void awaitStep(String id) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> given().get("/api/rounds/" + id).path("progress") != null);
  }

  private static ValidatableResponse act(String id, String action) {
    return given()
        .contentType("application/json")
        .body("{}")
        .post("/api/rounds/" + id + "/" + action)
        .then();
  }

  private static ValidatableResponse publish(String version, String json) {
    return given()
        .contentType("application/json")
        .body(json)
        .post("/api/versions/" + version + "/publish")
        .then();
  }

  private static ValidatableResponse rollback(String why) {
    return given()
        .contentType("application/json")
        .body(why == null ? "{}" : "{\"why\":\"%s\"}".formatted(why))
        .post("/api/versions/rollback")
        .then();
  }

  private static ValidatableResponse version(String id) {
    return given().get("/api/versions").then().rootPath("find { it.id == '%s' }".formatted(id));
  }

  private Path folder(String round) {
    return config.data().resolve("rounds").resolve(round);
  }
}
