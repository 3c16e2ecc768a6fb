package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundResultTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CANCELLED =
      """
      {"id": "r7", "state": "CANCELLED", "version": null, "why": null, "metrics": null, "gate": null,
       "plan": {"stages": [{"examples": 984, "settings": {"batchPairs": "8"}}]}, "snapshot": {"train": 984, "heldOut": 246},
       "startedAt": "2026-01-02T03:04:05Z", "endedAt": "2026-01-02T03:04:17.500Z"}""";

  @Test
  void aRoundThatWasNotJudgedHasTheShapeOfOneThatWas() throws Exception {
    var result = RoundResult.of(round(), JSON.readTree("[{\"step\": 1}, {\"step\": 2}]"));
    assertThat(result)
        .isEqualTo(
            JSON.readTree(
                """
                {"round": "r7", "decision": "CANCELLED", "version": null,
                 "metrics": {"pairs": 16, "heldOut": 246, "accuracy": null, "low": null, "high": null,
                  "logprobAccuracyBefore": null, "logprobAccuracyAfter": null, "margin": null,
                  "kl": null, "steps": 2, "seconds": 12.5, "peakBytes": null,
                  "leftOut": null, "promptsCut": null, "answersCut": null,
                  "stages": null},
                 "gate": []}"""));
  }

  @Test
  void beforeTheFirstStepNothingWasTrainedOn() throws Exception {
    var metrics = RoundResult.of(round(), JSON.createArrayNode()).path("metrics");
    assertThat(metrics.path("steps").asInt()).isZero();
    assertThat(metrics.path("pairs").asInt()).isZero();
  }

  @Test
  void inTheSecondEpochNoPairCountsTwice() throws Exception {
    var metrics = RoundResult.of(round(), JSON.readTree("[{\"step\": 200}]")).path("metrics");
    assertThat(metrics.path("pairs").asInt()).isEqualTo(984);
  }

  @Test
  void ofSeveralStagesTheStepsAddUpAndThePairsAreThoseOfTheLastThatBegan() throws Exception {
    var round = (ObjectNode) round();
    round.set(
        "plan",
        JSON.readTree(
            """
            {"stages": [{"examples": 984, "settings": {"batchAnswers": "4"}},
             {"examples": 984, "settings": {"batchPairs": "8"}}]}"""));
    var curve =
        JSON.readTree(
            """
            [{"stage": 1, "step": 1}, {"stage": 1, "step": 2}, {"stage": 2, "step": 1}]""");
    var metrics = RoundResult.of(round, curve).path("metrics");
    assertThat(metrics.path("steps").asInt()).isEqualTo(3);
    assertThat(metrics.path("pairs").asInt()).isEqualTo(8);

    metrics = RoundResult.of(round, JSON.readTree("[{\"stage\": 1, \"step\": 3}]")).path("metrics");
    assertThat(metrics.path("pairs").asInt()).isEqualTo(12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"batchPrompts\": \"4\"}; 8",
        "{\"rolloutsPerStep\": \"32\", \"groupSize\": \"4\"}; 16",
      })
  void promptsCountAsTheMethodTakesThem(String settings, int prompts) throws Exception {
    var round = (ObjectNode) round();
    var stage = JSON.createObjectNode().put("examples", 984);
    stage.set("settings", JSON.readTree(settings));
    round.putObject("plan").putArray("stages").add(stage);
    var metrics = RoundResult.of(round, JSON.readTree("[{\"step\": 2}]")).path("metrics");
    assertThat(metrics.path("pairs").asInt()).isEqualTo(prompts);
  }

  private static JsonNode round() throws Exception {
    return JSON.readTree(CANCELLED);
  }
}
