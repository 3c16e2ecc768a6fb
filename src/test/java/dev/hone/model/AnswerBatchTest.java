package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.AnswerBatch.Branches;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerBatchTest {
  private final AnswerBatch batch =
      new AnswerBatch(
          List.of(
              new Branches(new int[] {1, 2, 3}, new int[] {4, 5, 6}, new int[] {7, 8}),
              new Branches(new int[] {9}, new int[] {10})));

  @Test
  void aPromptsTokensAppearOnceAndNoAnswersLastOne() {
    assertThat(batch.tokens()).containsExactly(1, 2, 3, 4, 5, 7, 9);
    assertThat(batch.positions()).containsExactly(0, 1, 2, 3, 4, 3, 0);
    assertThat(batch.branches()).containsExactly(0, 0, 0, 1, 1, 2, 0);
    assertThat(batch.groupLengths()).containsExactly(6, 1);
    assertThat(batch.rowCount()).isEqualTo(7);
  }

  @Test
  void everyAnswerIsPredictedFromItsPromptOn() {
    assertThat(batch.targets()).containsExactly(4, 5, 6, 7, 8, 10);
    assertThat(batch.predictors()).containsExactly(2, 3, 4, 2, 5, 6);
  }

  @Test
  void figuresPerTokenAndPerAnswerTurnIntoEachOther() {
    assertThat(batch.sums(new float[] {1, 2, 3, 4, 5, 6})).containsExactly(6, 9, 6);
    assertThat(batch.spread(new double[] {1, 2, 3})).containsExactly(1, 1, 1, 2, 2, 3);
  }
}
