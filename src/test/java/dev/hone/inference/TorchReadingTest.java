package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import dev.hone.model.BlockPool;
import dev.hone.model.CacheMemory;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.PromptRun;
import dev.hone.model.SmallModel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Texts are made vectors while other passes come in between, and other versions come and go. */
class TorchReadingTest {
  private static final int[] TEXT = text(40, 3);
  private static final int[] OTHER_TEXT = text(23, 5);
  private static final int ALL = 1_000;

  private NDManager manager;
  private Network network;
  private TorchVersions versions;
  private BlockPool pool;
  private TorchRunner runner;
  private LoraAdapter one;
  private LoraAdapter other;

  @BeforeEach
  void open() {
    manager = ModelLoader.manager();
    network =
        Network.load(manager, SmallModel.PLAIN.folder(), Precision.F32, 128, Optional.empty());
    versions = new TorchVersions(manager, TorchRunner.Networks.all(network));
    pool = new BlockPool(manager, network.architecture(), 0);
    runner = new TorchRunner(manager, versions, 2, CacheMemory.ofWindows(2, 128), pool);
    runner.reserve(2, 32);
    one =
        LoraAdapter.load(
            manager, SmallModel.PLAIN.folder().resolve("adapter"), network.architecture());
    other =
        LoraAdapter.load(
            manager, SmallModel.PLAIN.folder().resolve("published"), network.architecture());
  }

  @AfterEach
  void close() {
    runner.close();
    pool.close();
    versions.close();
    network.close();
    manager.close();
  }

  @Test
  void aVersionsVectorIsThatOfItsAdapterAloneWhateverComesBetween() {
    var vectors = vectorsAcrossChanges();
    assertNear(vectors.getFirst(), alone(Optional.of(one), TEXT));
    assertNear(vectors.getLast(), alone(Optional.of(other), OTHER_TEXT));
    assertThat(distance(alone(Optional.of(one), TEXT), alone(Optional.empty(), TEXT)))
        .isGreaterThan(1e-3);
  }

  @Test
  void theBasesVectorIsThatOfNoAdapter() {
    int number = versions.load(one, 1);
    try (var reading = runner.read(TEXT, ModelRunner.BASE)) {
      assertThat(reading.advance(1)).isEmpty();
      feed(number);
      assertNear(reading.advance(ALL).orElseThrow(), alone(Optional.empty(), TEXT));
    }
  }

  @Test
  void whatAReadingHeldBackGoesWithIt() {
    vectorsAcrossChanges();
    int before = managed();
    vectorsAcrossChanges();
    vectorsAcrossChanges();
    assertThat(managed()).isEqualTo(before);
  }

  /** The first reading outlives the mix that it began with; the second has it to itself. */
  private List<float[]> vectorsAcrossChanges() {
    int first = versions.load(one, 1);
    try (var reading = runner.read(TEXT, first)) {
      assertThat(reading.advance(1)).isEmpty();
      int second = versions.load(other, 1);
      feed(first);
      try (var next = runner.read(OTHER_TEXT, second)) {
        assertThat(next.advance(1)).isEmpty();
        feed(second);
        var vectors = List.of(reading.advance(ALL).orElseThrow(), next.advance(ALL).orElseThrow());
        versions.retire(first);
        versions.retire(second);
        return vectors;
      }
    }
  }

  private void feed(int version) {
    int[] none = {};
    runner.step(none, none, List.of(new PromptRun(0, 0, text(9, 1), true)), new int[] {version});
  }

  private float[] alone(Optional<LoraAdapter> adapter, int[] text) {
    try (var view = network.adapted(adapter);
        var reading = new TorchReading(view.pass(text), () -> {})) {
      return reading.advance(ALL).orElseThrow();
    }
  }

  private static void assertNear(float[] vector, float[] expected) {
    assertThat(vector).containsExactly(expected, within(1e-5f));
  }

  private static double distance(float[] vector, float[] from) {
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      squares += Math.pow(vector[i] - from[i], 2);
    }
    return Math.sqrt(squares);
  }

  private int managed() {
    return ((BaseNDManager) manager).getManagedArrays().size();
  }

  private static int[] text(int length, int seed) {
    int[] tokens = new int[length];
    Arrays.setAll(tokens, i -> (i * 13 + seed * 7 + 1) % 64);
    return tokens;
  }
}
