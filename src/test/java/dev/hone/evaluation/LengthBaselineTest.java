package dev.hone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hone.evaluation.LengthBaseline.Judged;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LengthBaselineTest {
  @Test
  void countsByHand() {
    var baseline =
        LengthBaseline.of(
            List.of(
                new Judged("a", 0.5, 3, 9),
                new Judged("b", -0.1, 4, 6),
                new Judged("c", 2, 8, 7),
                new Judged("d", 0, 5, 5)));
    assertThat(baseline.accuracy().value()).isEqualTo(2.5 / 4);
    assertThat(baseline.longer().value()).isEqualTo(1.5 / 4);
    assertThat(baseline.shorter().value()).isEqualTo(2.5 / 4);
    assertThat(baseline.shorter().count()).isEqualTo(4);
    assertThat(baseline.difference().value()).isZero();
    assertThat(new Interval(baseline.accuracy().low(), baseline.accuracy().high()))
        .isEqualTo(Interval.wilson(2.5, 4));
  }

  /**
   * Each share alone is uncertain by more than they differ; what both say of a pair cancels out.
   */
  @Test
  void aJudgeThatIsRightWhereverTheRuleIsAndMoreIsAheadForCertain() {
    var pairs = new ArrayList<Judged>();
    for (int i = 0; i < 200; i++) {
      boolean ruleIsRight = i % 20 < 11;
      boolean judgeIsRight = i % 20 < 12;
      pairs.add(judged("" + i, judgeIsRight, ruleIsRight));
    }
    var difference = LengthBaseline.of(pairs).difference();
    assertThat(difference.value()).isCloseTo(0.05, within(1e-12));
    assertThat(difference.low()).isBetween(0.01, 0.04);
    assertThat(difference.high()).isBetween(0.06, 0.09);
  }

  @Test
  void aJudgeByLengthIsNoBetterThanTheRule() {
    var pairs = new ArrayList<Judged>();
    for (int i = 0; i < 50; i++) {
      pairs.add(judged("" + i, i % 3 > 0, i % 3 > 0));
    }
    var difference = LengthBaseline.of(pairs).difference();
    assertThat(new Interval(difference.low(), difference.high())).isEqualTo(new Interval(0, 0));
  }

  @Test
  void pairsOfOnePromptSayLessThanAsManyOfTheirOwn() {
    var apart = new ArrayList<Judged>();
    var together = new ArrayList<Judged>();
    for (int i = 0; i < 120; i++) {
      boolean judgeIsRight = i / 6 % 4 > 0;
      apart.add(judged("" + i, judgeIsRight, i % 2 == 0));
      together.add(judged("" + i / 6, judgeIsRight, i % 2 == 0));
    }
    var one = LengthBaseline.of(apart);
    var other = LengthBaseline.of(together);
    assertWider(other.difference(), one.difference());
    assertWider(other.byPrompt(), one.byPrompt());
    assertThat(other.accuracy()).isEqualTo(one.accuracy());
    assertThat(other.byPrompt().count()).isEqualTo(20);
    assertThat(one.byPrompt().low()).isCloseTo(one.accuracy().low(), within(0.02));
    assertThat(one.byPrompt().high()).isCloseTo(one.accuracy().high(), within(0.02));
  }

  private static void assertWider(Estimate one, Estimate other) {
    assertThat(one.value()).isEqualTo(other.value());
    assertThat(one.high() - one.low()).isGreaterThan(1.2 * (other.high() - other.low()));
  }

  @Test
  void ofOnePromptNothingIsSaid() {
    var one = LengthBaseline.of(List.of(new Judged("a", 0.5, 3, 9), new Judged("a", 1, 3, 9)));
    assertThat(one.difference()).isEqualTo(new Estimate(0, -1, 1, 2));
    assertThat(one.byPrompt()).isEqualTo(new Estimate(1, 0, 1, 1));
  }

  @Test
  void nothingCanNotBeJudged() {
    assertThatThrownBy(() -> LengthBaseline.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Judged judged(String prompt, boolean judgeIsRight, boolean longerIsRight) {
    return new Judged(prompt, judgeIsRight ? 1 : -1, longerIsRight ? 9 : 3, longerIsRight ? 3 : 9);
  }
}
