package dev.hone.alignment;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.LoraAdapter;
import dev.hone.model.LoraShape;
import dev.hone.model.LoraTarget;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.SmallModel;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WarmStartTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final LoraShape SMALL = new LoraShape(2, 3, Set.of(LoraTarget.Q, LoraTarget.UP));

  private NDManager manager;
  private Network base;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    base = MODEL.load(manager, Precision.F32);
  }

  @AfterEach
  void close() {
    base.close();
    manager.close();
  }

  @Test
  void aNewAdapterChangesNothingAndDependsOnTheSeed() {
    var adapter = fresh(SMALL, 1);
    assertThat(maxDifference(logits(Optional.of(adapter)), logits(Optional.empty()))).isZero();
    float[] a = adapter.matrices().get(0).toFloatArray();
    assertThat(a).isEqualTo(fresh(SMALL, 1).matrices().get(0).toFloatArray());
    assertThat(a).isNotEqualTo(fresh(SMALL, 2).matrices().get(0).toFloatArray());
    double bound = 1 / Math.sqrt(32);
    for (float value : a) {
      assertThat((double) value).isBetween(-bound, bound);
    }
  }

  @Test
  void theLogitsOfTheParentStayWhateverIsWanted() {
    var parent = trained(SMALL);
    float[] before = logits(Optional.of(parent));
    assertThat(maxDifference(before, logits(Optional.empty()))).isGreaterThan(0.01);
    var all = EnumSet.allOf(LoraTarget.class);
    for (var wanted :
        List.of(
            SMALL,
            new LoraShape(2, 8, SMALL.targets()),
            new LoraShape(6, 3, SMALL.targets()),
            new LoraShape(5, 10, all),
            new LoraShape(1, 4, Set.of(LoraTarget.V)))) {
      var child = WarmStart.adapter(manager, MODEL.architecture(), wanted, Optional.of(parent), 9);
      assertThat(maxDifference(logits(Optional.of(child)), before)).isLessThan(1e-5);
    }
  }

  @Test
  void theParentsRankAndTargetsAreKeptWhereLessIsWanted() {
    var shape = WarmStart.shape(new LoraShape(1, 4, Set.of(LoraTarget.V)), Optional.of(SMALL));
    assertThat(shape)
        .isEqualTo(new LoraShape(2, 4, Set.of(LoraTarget.Q, LoraTarget.UP, LoraTarget.V)));
  }

  private LoraAdapter fresh(LoraShape shape, long seed) {
    return WarmStart.adapter(manager, MODEL.architecture(), shape, Optional.empty(), seed);
  }

  /** As if it had learnt something: B is not zero any more. */
  private LoraAdapter trained(LoraShape shape) {
    var adapter = fresh(shape, 5);
    for (int i = 1; i < adapter.matrices().size(); i += 2) {
      NDArray b = adapter.matrices().get(i);
      b.set(manager.randomNormal(0, 0.2f, b.getShape(), b.getDataType()).toFloatArray());
    }
    return adapter;
  }

  private float[] logits(Optional<LoraAdapter> adapter) {
    try (var network = base.adapted(adapter)) {
      return network.full(manager, MODEL.tokens()).toFloatArray();
    }
  }
}
