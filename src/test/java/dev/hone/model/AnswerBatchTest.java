package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.AnswerBatch.Branches;
import dev.hone.model.AnswerBatch.Reading;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerBatchTest {
  private static final List<Branches> GROUPS =
      List.of(
          new Branches(new int[] {1, 2, 3}, new int[] {4, 5, 6}, new int[] {7, 8}),
          new Branches(new int[] {9}, new int[] {10}));

  private final AnswerBatch batch = new AnswerBatch(GROUPS);

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
    assertThat(batch.ends(new float[] {1, 2, 3, 4, 5, 6})).containsExactly(3, 5, 6);
    assertThat(batch.atEnds(new double[] {1, 2, 3})).containsExactly(0, 0, 1, 0, 2, 3);
  }

  @Test
  void anAnswersLastTokenHasARowWhereTheTokensOwnAreRead() {
    var whole = new AnswerBatch(GROUPS, Reading.AT);
    assertThat(whole.tokens()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertThat(whole.positions()).containsExactly(0, 1, 2, 3, 4, 5, 3, 4, 0, 1);
    assertThat(whole.branches()).containsExactly(0, 0, 0, 1, 1, 1, 2, 2, 0, 1);
    assertThat(whole.groupLengths()).containsExactly(8, 2);
    assertThat(whole.readRows()).containsExactly(3, 4, 5, 6, 7, 9);
    assertThat(whole.predictors()).containsExactly(2, 3, 4, 2, 6, 8);
    assertThat(batch.readRows()).isEqualTo(batch.predictors());
  }
}
