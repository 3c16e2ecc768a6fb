package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.loop.RoundException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanChoiceTest {
  private static PlanChoice.Kind kind(int train) {
    return new PlanChoice.Kind(train, true);
  }

  private static PlanChoice choice(int pairs, int judged, int demonstrations) {
    return new PlanChoice(kind(pairs), kind(judged), kind(demonstrations));
  }

  @ParameterizedTest
  @CsvSource({
    "8, 100, 100, dpo, 'there are 8 pairs'",
    "7,   8, 100, kto, 'there are 8 judged answers and only 7 pairs'",
    "7,   7,   8, sft, 'there are 8 demonstrations, only 7 pairs and only 7 judged answers'"
  })
  void takesWhatSaysTheMostIfThereIsEnough(
      int pairs, int judged, int demonstrations, String recipe, String reason) {
    assertThat(choice(pairs, judged, demonstrations).of(8))
        .isEqualTo(new PlanChoice.Chosen(recipe, reason));
  }

  @Test
  void takesNothingOfWhichNoneIsHeldOut() {
    var chosen = new PlanChoice(new PlanChoice.Kind(9, false), kind(8), kind(0)).of(8);
    assertThat(chosen.recipe()).isEqualTo("kto");
    assertThat(chosen.reason())
        .isEqualTo("there are 8 judged answers and 9 pairs with none held out");
  }

  @Test
  void takesNothingIfThereIsNotEnoughOfAnything() {
    assertThatThrownBy(() -> choice(7, 6, 5).of(8))
        .isInstanceOfSatisfying(
            RoundException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_FEW_PAIRS))
        .hasMessageEndingWith(
            "there are only 7 pairs, only 6 judged answers and only 5 demonstrations. "
                + "Vote in the chat, or 'hone import preferences FILE'");
  }
}
