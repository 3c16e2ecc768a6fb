package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who drafts in which step; what a step took is told. */
class SpeculatorTest {
  private static final int[] END = {ByteTokenizer.END};
  private static final double PLAIN = 0.01;

  private final FixedLogitsRunner runner =
      new FixedLogitsRunner(32, 256, _ -> FixedLogitsRunner.certain('a', 257));
  private final BatchSlots slots = new BatchSlots(runner);
  private final Speculator auto = speculator(Speculation.AUTO);

  @BeforeEach
  void oneIsDecoded() {
    decode("abcdefabcdefab");
  }

  @Test
  void withoutSpeculationNothingIsDrafted() {
    assertThat(drafted(speculator(Speculation.OFF), true)).isZero();
    assertThat(drafted(speculator(Speculation.ALWAYS), true)).isEqualTo(4);
  }

  @Test
  void itIsTriedOncePlainStepsAreKnown() {
    assertThat(drafted(auto, true)).isZero();
    plainSteps(4);
    assertThat(drafted(auto, true)).isEqualTo(4);
  }

  @Test
  void itGoesOnWhereItPays() {
    plainSteps(4);
    speculatingSteps(10, 5, 2 * PLAIN);
    assertThat(drafted(auto, true)).isEqualTo(4);
    assertThat(auto.use().steps()).isEqualTo(10);
    assertThat(auto.use().drafted()).isEqualTo(40);
    assertThat(auto.use().accepted()).isEqualTo(40);
  }

  @Test
  void itGoesOffWhereItDoesNot() {
    plainSteps(4);
    speculatingSteps(10, 1, 2 * PLAIN);
    assertThat(drafted(auto, true)).isZero();
    assertThat(auto.use().accepted()).isZero();
  }

  @Test
  void besideAPromptItIsNotTriedAndNotTimed() {
    plainSteps(4);
    assertThat(drafted(auto, false)).isZero();
    speculatingSteps(10, 5, 2 * PLAIN);
    assertThat(drafted(auto, false)).isEqualTo(4);
    for (int i = 0; i < 50; i++) {
      auto.stepped(auto.drafts(slots, false), false, 1, 1);
    }
    assertThat(drafted(auto, true)).isEqualTo(4);
  }

  @Test
  void aStepHasOnlySoManyRows() {
    var always = speculator(Speculation.ALWAYS);
    IntStream.range(0, 14).forEach(_ -> decode("abcdefabcdefab"));
    assertThat(drafted(always, true)).isEqualTo(32 - 15);
    IntStream.range(0, 17).forEach(_ -> decode("abcdefabcdefab"));
    assertThat(drafted(always, true)).isZero();
  }

  @Test
  void whereThereIsNoMemoryForItNobodyDrafts() {
    decode("xy");
    runner.memory = 2 * 17;
    assertThat(drafted(speculator(Speculation.ALWAYS), true)).isZero();
    runner.memory = 2 * 18;
    assertThat(drafted(speculator(Speculation.ALWAYS), true)).isEqualTo(4);
  }

  private void plainSteps(int count) {
    for (int i = 0; i < count; i++) {
      var drafts = auto.drafts(slots, true);
      assertThat(drafts).allMatch(Draft::none);
      auto.stepped(drafts, true, 1, PLAIN);
    }
  }

  private void speculatingSteps(int count, int tokens, double seconds) {
    for (int i = 0; i < count; i++) {
      auto.stepped(List.of(slots.decoding().getFirst().draft(4, END, 256)), true, tokens, seconds);
    }
  }

  private int drafted(Speculator speculator, boolean alone) {
    return speculator.drafts(slots, alone).stream().mapToInt(Draft::length).sum();
  }

  private Speculator speculator(Speculation mode) {
    return new Speculator(mode, 256, END);
  }

  private void decode(String text) {
    var params = new SamplingParams(0, 1, 0, 1, 100, List.of());
    var request = new GenerationRequest("v", ByteTokenizer.encode(text), params);
    var sequence = new Sequence(request, _ -> {}, new ByteTokenizer());
    assertThat(slots.admit(sequence)).isTrue();
    slots.prefilled(sequence);
  }
}
