package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.junit.jupiter.api.Test;

class PromptSharesTest {
  private long admissions;

  @Test
  void oneAloneGetsAllThatItLacks() {
    var one = sequence(100, Priority.INTERACTIVE);
    assertThat(PromptShares.of(List.of(one), 64)).containsExactly(entry(one, 64));
    one.fed(64);
    assertThat(PromptShares.of(List.of(one), 64)).containsExactly(entry(one, 36));
  }

  @Test
  void equalOnesEndInTheOrderTheyCame() {
    var first = sequence(48, Priority.INTERACTIVE);
    var second = sequence(48, Priority.INTERACTIVE);
    assertThat(PromptShares.of(List.of(second, first), 64))
        .containsOnly(entry(first, 48), entry(second, 16));
  }

  @Test
  void aShortOneDoesNotWaitForALongOneWhichGoesOnAllTheSame() {
    var longOne = sequence(5_000, Priority.INTERACTIVE);
    var shortOne = sequence(20, Priority.INTERACTIVE);
    var shorter = sequence(10, Priority.INTERACTIVE);
    assertThat(PromptShares.of(List.of(longOne, shortOne, shorter), 64))
        .containsOnly(entry(longOne, 34), entry(shortOne, 20), entry(shorter, 10));
    assertThat(PromptShares.of(List.of(longOne, shortOne, shorter), 30))
        .containsOnly(entry(longOne, 15), entry(shorter, 10), entry(shortOne, 5));
  }

  @Test
  void aLaterClassGetsWhatIsLeft() {
    var batch = sequence(30, Priority.BATCH);
    var interactive = sequence(50, Priority.INTERACTIVE);
    assertThat(PromptShares.of(List.of(batch, interactive), 64))
        .containsOnly(entry(interactive, 50), entry(batch, 14));
    assertThat(PromptShares.of(List.of(batch, interactive), 50))
        .containsOnly(entry(interactive, 50));
  }

  @Test
  void oneTokenAStepIsEnoughToGetOn() {
    var first = sequence(3, Priority.INTERACTIVE);
    var second = sequence(3, Priority.INTERACTIVE);
    assertThat(PromptShares.of(List.of(first, second), 1)).containsOnly(entry(first, 1));
    assertThat(PromptShares.of(List.of(), 1)).isEmpty();
  }

  private static Entry<Sequence, Integer> entry(Sequence sequence, int share) {
    return Map.entry(sequence, share);
  }

  private Sequence sequence(int prompt, Priority priority) {
    var params = new SamplingParams(0, 1, 0, 1, 10, List.of());
    var request = new GenerationRequest("base", new int[prompt], params).with(priority);
    var sequence = new Sequence(request, _ -> {}, TokenText.NONE);
    sequence.admitted(++admissions, 0);
    return sequence;
  }
}
