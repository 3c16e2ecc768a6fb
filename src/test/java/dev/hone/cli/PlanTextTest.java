package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class PlanTextTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String PLAN =
      """
      {"name": "sft+dpo", "reason": null, "stages": [
       {"name": "sft", "learnsFrom": "demonstrations", "examples": 984,
        "settings": {"epochs": "2", "learningRate": "1.0E-4"}, "changed": ["epochs"]},
       {"name": "dpo", "learnsFrom": "pairs", "examples": 984,
        "settings": {"beta": "0.1", "epochs": "1"}, "changed": []}]}""";

  @Test
  void saysWhatEachStageLearnsFromAndWhatIsNotAsAlways() throws Exception {
    assertThat(PlanText.of(JSON.readTree(PLAN)).lines())
        .containsExactly(
            "plan sft+dpo",
            "  1. sft learns from 984 demonstrations",
            "     changed: epochs=2",
            "     as always: learningRate=1.0E-4",
            "  2. dpo learns from 984 pairs",
            "     as always: beta=0.1 epochs=1");
  }

  @Test
  void saysWhatTheStagesDidWhereThatIsKnown() throws Exception {
    assertThat(
            PlanText.of(JSON.readTree(PLAN), JSON.readTree("[\"8 steps. Cut: none\", \"\"]"))
                .lines())
        .containsExactly(
            "plan sft+dpo",
            "  1. sft learns from 984 demonstrations",
            "     changed: epochs=2",
            "     as always: learningRate=1.0E-4",
            "     did: 8 steps. Cut: none",
            "  2. dpo learns from 984 pairs",
            "     as always: beta=0.1 epochs=1");
  }

  @Test
  void whatAnEarlierStageHasYetToMakeIsNotCounted() throws Exception {
    JsonNode plan =
        JSON.readTree(
            """
            {"name": "best-of-n+sft", "stages": [
             {"name": "sft", "learnsFrom": "what best-of-n chooses", "examples": null,
              "settings": {}, "changed": []}]}""");
    assertThat(PlanText.of(plan).lines())
        .containsExactly("plan best-of-n+sft", "  1. sft learns from what best-of-n chooses");
  }

  @Test
  void saysWhyItIsThatOne() throws Exception {
    JsonNode plan =
        JSON.readTree("{\"name\": \"dpo\", \"reason\": \"there are 984 pairs\", \"stages\": []}");
    assertThat(PlanText.of(plan)).isEqualTo("plan dpo, since there are 984 pairs");
  }

  @Test
  void breaksLongLines() throws Exception {
    var plan = (ObjectNode) JSON.readTree(PLAN);
    var settings = (ObjectNode) plan.path("stages").path(0).path("settings");
    for (int i = 0; i < 20; i++) {
      settings.put("setting" + i, "value");
    }
    assertThat(PlanText.of(plan).lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void aStepIsOfItsStage() throws Exception {
    JsonNode round =
        JSON.readTree(
            """
            {"id": "r3", "state": "POLICY", "plan": %s, "paused": false,
             "progress": {"stage": 2, "phase": "training", "step": 3, "steps": 9, "loss": 0.6}}"""
                .formatted(PLAN));
    assertThat(RoundText.progress(round)).isEqualTo("r3 stage 2/2 dpo: training 3/9  loss 0.6000");
  }
}
