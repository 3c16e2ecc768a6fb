package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelCardTest {
  @Test
  void saysOfHowManyPromptsThereIsNoBestAnswerAndWhy() {
    var stage = new Stage("best-of-n", "best-of-n", "prompts", 12, Map.of("seed", "0"), Set.of());
    var choosing =
        new Choosing(
            11, 8, 3, Map.of("all-equal", 1, "too-few-ended", 2), Map.of("prompt-too-long", 1));
    assertThat(ModelCard.stage(2, stage, Outcomes.chosen(choosing)))
        .startsWith("2. best-of-n. The best of several answers to 8 of 11 prompts. No best one: ")
        .contains("all-equal 1", "too-few-ended 2")
        .endsWith(
            ". Could not be asked: prompt-too-long 1. Cut for the reward model: 3. Settings: seed 0.");
    assertThat(ModelCard.stage(2, stage, "")).isEqualTo("2. best-of-n. Settings: seed 0.");
  }
}
