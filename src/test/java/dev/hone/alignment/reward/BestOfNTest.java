package dev.hone.alignment.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.reward.BestOfN.Drawn;
import dev.hone.alignment.reward.BestOfN.Scored;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BestOfNTest {
  private static final int[] PROMPT = {7, 8};

  @Test
  void theHighestRewardWinsAndOfEqualsTheFirst() {
    assertThat(BestOfN.best(new double[] {-3})).isZero();
    assertThat(BestOfN.best(new double[] {-3, -1, -2, -1})).isEqualTo(1);
  }

  @Test
  void theBestAnswerToAPromptIsADemonstration() {
    var drawn = new Drawn(PROMPT, List.of(ended(1, 0.5), ended(2, 0.75), ended(3, -4)));
    TokenAnswer shown = BestOfN.choose(List.of(drawn, drawn)).demonstrations().getLast();
    assertThat(shown.prompt()).isEqualTo(PROMPT);
    assertThat(shown.answer()).containsExactly(2);
    assertThat(shown.good()).isTrue();
    assertThat(shown.learnt()).containsExactly(true);
  }

  @Test
  void aPromptWhoseBestIsNoBetterThanItsWorstIsLeftOut() {
    var equal = new Drawn(PROMPT, List.of(ended(1, 0.5), ended(2, 0.5)));
    var alone = new Drawn(PROMPT, List.of(ended(1, 0.5)));
    var none = new Drawn(PROMPT, List.of());
    var chosen = BestOfN.choose(List.of(equal, alone, none));
    assertThat(chosen.demonstrations()).isEmpty();
    assertThat(chosen.leftOut()).isEqualTo(Map.of("all-equal", 1, "too-few-ended", 2));
  }

  @Test
  void anAnswerThatWasCutIsNotShownHoweverGoodItIs() {
    var cut = new Scored(new int[] {9}, false, 100);
    var drawn = new Drawn(PROMPT, List.of(ended(1, 0.5), cut, ended(2, 0.75)));
    assertThat(BestOfN.choose(List.of(drawn)).demonstrations())
        .singleElement()
        .satisfies(shown -> assertThat(shown.answer()).containsExactly(2));
    var endedOnce = new Drawn(PROMPT, List.of(ended(1, 0.5), cut));
    var chosen = BestOfN.choose(List.of(drawn, endedOnce));
    assertThat(chosen.demonstrations()).hasSize(1);
    assertThat(chosen.leftOut()).isEqualTo(Map.of("too-few-ended", 1));
  }

  private static Scored ended(int token, double reward) {
    return new Scored(new int[] {token}, true, reward);
  }
}
