package dev.hone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFindingsTest {
  @Test
  void aRunThatStandsThereThreeTimesIsALoop() {
    int[] phrase = IntStream.range(0, 60).map(i -> i % 20).toArray();
    assertThat(Structure.loops(phrase)).isTrue();
    assertThat(Structure.loops(IntStream.range(0, 47).map(i -> i % 20).toArray())).isFalse();
    assertThat(Structure.loops(new int[10])).isTrue();
    assertThat(Structure.loops(new int[9])).isFalse();
    assertThat(Structure.loops(IntStream.range(0, 200).toArray())).isFalse();
  }

  @Test
  void aSentenceEndsWithAMark() {
    assertThat(Structure.cut("The train leaves at noon and arrives at", false)).isTrue();
    assertThat(Structure.cut("It costs, all things taken together, 12", false)).isTrue();
    assertThat(Structure.cut("The train leaves at noon from here.", false)).isFalse();
    assertThat(Structure.cut("The train leaves at noon from here.", true)).isTrue();
    assertThat(Structure.cut("彼は駅に行き、そこで友人を待っていた。", false)).isFalse();
    assertThat(Structure.cut("Paris", false)).isFalse();
    assertThat(Structure.cut("", false)).isFalse();
    assertThat(Structure.cut("You need these three things:\n- warm socks\n- a map", false))
        .isFalse();
    assertThat(Structure.cut("def larger(a, b):\n  return (a if a > b else b)", false)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Yes.<|im_end|>",
        "</s> Then",
        "Fine\nuser\nand you?",
        "[INST] no [/INST]",
        "<start_of_turn>model",
        "assistant\nHello"
      })
  void controlTokensLeak(String answer) {
    assertThat(Structure.leaksTemplate(answer)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"The user said so.", "a < b | c > d", "<p>Hello</p>", "List<String> names", "s"})
  void otherMarksDoNot(String answer) {
    assertThat(Structure.leaksTemplate(answer)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "I'm sorry, but I can't help with that.",
        "I’m afraid that is not possible.",
        "As an AI language model, I do not eat.",
        "Unfortunately I am unable to see pictures."
      })
  void declinesInTheUsualPhrases(String answer) {
    assertThat(Refusal.in(answer)).isTrue();
  }

  @Test
  void storiesDoNotDecline() {
    assertThat(Refusal.in("Lettuce and spinach grow well in the shade.")).isFalse();
    assertThat(Refusal.in("x".repeat(300) + " I cannot say")).isFalse();
  }

  @Test
  void distinctComparesAsManyTokensOfOneAsOfTheOther() {
    var varied = List.of(new int[] {1, 2, 3, 4, 5, 6}, new int[] {7, 8});
    var same = List.of(new int[] {1, 1, 1, 1}, new int[] {1, 1, 1, 1, 1, 1});
    assertThat(Distinct.shares(1, varied, same)).isEqualTo(new Comparison(1, 1 / 6.0, null, null));
    assertThat(Distinct.shares(2, varied, same)).isEqualTo(new Comparison(1, 1 / 4.0, null, null));
    assertThat(Distinct.of(3, List.of(new int[0]), List.of(new int[] {1})))
        .isEqualTo(new Comparison(1, 1, 1.0, 1.0));
  }

  @Test
  void distinctHasTheIntervalOfTheRatiosWithoutEachPrompt() {
    var parent = List.of(new int[] {1, 2}, new int[] {3, 4}, new int[] {5, 6});
    var candidate = List.of(new int[] {1, 1}, new int[] {2, 3}, new int[] {4, 5});
    var measured = Distinct.of(1, parent, candidate);
    var expected = Interval.jackknife(5 / 6.0, new double[] {1, 3 / 4.0, 3 / 4.0});
    assertThat(measured).isEqualTo(new Comparison(1, 5 / 6.0, expected.low(), expected.high()));
  }

  @Test
  void theIntervalOfDistinctDoesNotReachBelowNothing() {
    var parent = List.of(IntStream.range(0, 10).toArray(), new int[] {11, 12});
    var candidate = List.of(new int[10], new int[] {3, 4});
    assertThat(Distinct.of(1, parent, candidate).low()).isZero();
  }

  @Test
  void agreementIsOfTheWordsThatTheQuestionDoesNotLend() {
    String question = "What is the capital of Japan?";
    assertThat(Agreement.of(question, List.of("Tokyo.", "The capital of Japan is Tokyo!")))
        .isEqualTo(1);
    assertThat(Agreement.of(question, List.of("Tokyo", "Kyoto", "Osaka"))).isZero();
    assertThat(Agreement.of(question, List.of("Tokyo", "Tokyo", "Kyoto")))
        .isCloseTo(1 / 3.0, within(1e-12));
    assertThat(Agreement.of(question, List.of("Tokyo, Asia", "Tokyo")))
        .isCloseTo(1 / 2.0, within(1e-12));
  }
}
