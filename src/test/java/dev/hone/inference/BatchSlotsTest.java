package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.model.CacheMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchSlotsTest {
  private static final int WINDOW = 64;

  private final List<Sequence> sequences = new ArrayList<>();
  private int copiesLeft = Integer.MAX_VALUE;

  private final BatchSlots slots =
      new BatchSlots(
          new HostileRunner(
              new FixedLogitsRunner(8, WINDOW, _ -> new float[0]),
              CacheMemory.ofWindows(8, WINDOW),
              () -> copiesLeft-- == 0));

  /** Two that are decoded, then two whose prompts are being fed. */
  private void fill() {
    for (int i = 0; i < 4; i++) {
      var params = new SamplingParams(0, 1, 0, 1, 10, List.of());
      var request = new GenerationRequest("base", new int[] {i}, params);
      sequences.add(new Sequence(request, _ -> {}, TokenText.NONE));
      assertThat(slots.admit(sequences.getLast())).isTrue();
    }
    slots.prefilled(sequences.get(0));
    slots.prefilled(sequences.get(1));
  }

  @Test
  void theLastOfItsKindTakesTheSlotOfOneThatLeaves() {
    fill();
    slots.remove(sequences.get(0));
    assertThat(slots.decoding()).containsExactly(sequences.get(1));
    assertThat(slots.prefilling()).containsExactly(sequences.get(3), sequences.get(2));
    slots.remove(sequences.get(3));
    assertThat(slots.all()).containsExactly(sequences.get(1), sequences.get(2));
    assertThat(slots.running()).isEqualTo(2);
  }

  /** Leaving makes two copies, either of which may fail. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void nobodyIsLostOrTwiceThereWhereTheRunnerFailsAmidARemoval(int copies) {
    fill();
    copiesLeft = copies;
    assertThatThrownBy(() -> slots.remove(sequences.get(0))).hasMessage(HostileRunner.BROKEN);
    assertThat(slots.clear()).containsExactlyElementsOf(sequences);
  }
}
