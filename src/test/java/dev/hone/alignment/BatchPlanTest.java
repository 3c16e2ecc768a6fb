package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchPlanTest {
  @Test
  void everyEpochVisitsEveryExampleOnce() {
    var plan = new BatchPlan(10, 4, 2, 0, 7);
    assertThat(plan.steps()).isEqualTo(6);
    assertThat(plan.batch(2)).hasSize(2);
    assertThat(epoch(plan, 0)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(epoch(plan, 1)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(epoch(plan, 0)).isNotEqualTo(epoch(plan, 1));
    assertThat(plan.visitedBefore(3)).isEqualTo(10);
    assertThat(plan.visitedBefore(4)).isEqualTo(14);
  }

  @Test
  void theOrderDependsOnTheSeedAlone() {
    var plan = new BatchPlan(100, 8, 1, 0, 7);
    assertThat(plan.batch(5)).isEqualTo(new BatchPlan(100, 8, 3, 9, 7).batch(5));
    assertThat(plan.batch(5)).isNotEqualTo(new BatchPlan(100, 8, 1, 0, 8).batch(5));
  }

  @Test
  void aLimitEndsItEarly() {
    assertThat(new BatchPlan(100, 8, 1, 5, 0).steps()).isEqualTo(5);
    assertThat(new BatchPlan(100, 8, 1, 50, 0).steps()).isEqualTo(13);
  }

  private static int[] epoch(BatchPlan plan, int epoch) {
    return IntStream.range(3 * epoch, 3 * epoch + 3)
        .mapToObj(plan::batch)
        .flatMapToInt(Arrays::stream)
        .toArray();
  }
}
