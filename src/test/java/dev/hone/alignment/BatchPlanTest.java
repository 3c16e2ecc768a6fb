package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
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
  void whatMakesNoWholeBatchMayWaitForTheNextEpoch() {
    var plan = new BatchPlan(10, 4, 2, 0, 7, List.of(), true);
    assertThat(plan.steps()).isEqualTo(4);
    for (int step = 0; step < 4; step++) {
      assertThat(plan.batch(step)).hasSize(4);
      assertThat(plan.visitedBefore(step)).isEqualTo(4 * step);
    }
    assertThat(new BatchPlan(3, 4, 1, 0, 7, List.of(), true).batch(0)).hasSize(3);
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

  @Test
  void aBatchsExamplesAreAlikeInLengthWhereThatIsWanted() {
    List<Integer> lengths = IntStream.range(0, 101).mapToObj(i -> 1 + i * 37 % 101).toList();
    var plan = new BatchPlan(101, 4, 1, 0, 7, lengths);
    assertThat(plan).isEqualTo(new BatchPlan(101, 4, 1, 0, 7, lengths));
    var visited =
        IntStream.range(0, plan.steps()).mapToObj(plan::batch).flatMapToInt(Arrays::stream);
    assertThat(visited.boxed()).containsExactlyInAnyOrderElementsOf(indices(101));
    assertThat(spread(plan, lengths))
        .isLessThan(spread(new BatchPlan(101, 4, 1, 0, 7), lengths) / 4);
    var firsts = IntStream.range(0, 16).mapToObj(step -> lengths.get(plan.batch(step)[0])).toList();
    assertThat(firsts).isNotEqualTo(firsts.stream().sorted().toList());
  }

  @Test
  void whatMakesNoWholeBatchIsNotAlwaysTheLongest() {
    List<Integer> lengths = indices(10);
    var plan = new BatchPlan(10, 4, 20, 0, 7, lengths);
    var rests =
        IntStream.range(0, 20)
            .mapToObj(epoch -> plan.batch(3 * epoch + 2))
            .map(rest -> Arrays.stream(rest).boxed().toList())
            .distinct();
    assertThat(rests).containsExactlyInAnyOrder(List.of(0, 1), List.of(4, 5), List.of(8, 9));
  }

  private static List<Integer> indices(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  /** How far the lengths of a batch are apart, on average. */
  private static double spread(BatchPlan plan, List<Integer> lengths) {
    return IntStream.range(0, plan.steps())
        .mapToObj(plan::batch)
        .map(batch -> Arrays.stream(batch).map(lengths::get).summaryStatistics())
        .mapToInt(of -> of.getMax() - of.getMin())
        .average()
        .orElseThrow();
  }

  private static int[] epoch(BatchPlan plan, int epoch) {
    return IntStream.range(3 * epoch, 3 * epoch + 3)
        .mapToObj(plan::batch)
        .flatMapToInt(Arrays::stream)
        .toArray();
  }
}
