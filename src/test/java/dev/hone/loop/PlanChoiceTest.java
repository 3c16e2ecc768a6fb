package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.loop.RoundException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanChoiceTest {
  @ParameterizedTest
  @CsvSource({
    "8, 100, 100, dpo, 'there are 8 pairs'",
    "7,   8, 100, kto, 'there are 8 judged answers and only 7 pairs'",
    "7,   7,   8, sft, 'there are 8 demonstrations, only 7 pairs and 7 judged answers'"
  })
  void takesWhatSaysTheMostIfThereIsEnough(
      int pairs, int judged, int demonstrations, String recipe, String reason) {
    assertThat(new PlanChoice(pairs, judged, demonstrations).of(8))
        .isEqualTo(new PlanChoice.Chosen(recipe, reason));
  }

  @Test
  void takesNothingIfThereIsNotEnoughOfAnything() {
    assertThatThrownBy(() -> new PlanChoice(7, 6, 5).of(8))
        .isInstanceOfSatisfying(
            RoundException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_FEW_PAIRS))
        .hasMessageEndingWith("there are 7, 6 and 5");
  }
}
