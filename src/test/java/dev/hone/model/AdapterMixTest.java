package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One pass for rows of the base and of adapters of different ranks and targets. */
class AdapterMixTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final double NEAR = 1e-4;
  private static final int ALL = 7;
  private static final int SOME = 9;

  private final int[] tokens = MODEL.tokens()[0];
  private NDManager manager;
  private LoraAdapter all;
  private LoraAdapter some;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    all = LoraAdapter.load(manager, MODEL.folder().resolve("adapter"), MODEL.architecture());
    some = LoraAdapter.load(manager, MODEL.folder().resolve("published"), MODEL.architecture());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F32_PREPACKED"})
  void everyRowOfOnePassIsChangedByItsOwnAdapter(Precision precision) {
    assertThat(all.shape().rank()).isNotEqualTo(some.shape().rank());
    assertThat(all.targets()).isNotEqualTo(some.targets());
    try (var network = MODEL.load(manager, precision);
        var mix = both();
        var mixed = network.mixed(mix);
        var cache = network.newCache(6, 1 << 24)) {
      assertThat(mix.keys()).containsExactly(ALL, SOME);
      float[][] alone = {full(network, null), full(network, all), full(network, some)};
      assertThat(SmallModel.maxDifference(alone[0], alone[1])).isGreaterThan(1e-2);
      assertThat(SmallModel.maxDifference(alone[1], alone[2])).isGreaterThan(1e-2);
      cache.reserve(6, 32);
      int[] adapters = {2, 0, 1, 0, 1, 2};
      assertRows(prompts(mixed, cache, adapters), alone, adapters, new int[] {4, 5, 6, 7, 8, 9});
      float[] decoded = decode(mixed, cache, adapters, new int[] {5, 6, 7, 8, 9, 10});
      assertRows(decoded, alone, adapters, new int[] {5, 6, 7, 8, 9, 10});
      var runs =
          List.of(
              new PromptRun(4, 10, Arrays.copyOfRange(tokens, 10, 15), true),
              new PromptRun(5, 0, head(3), false),
              new PromptRun(3, 0, head(12), true));
      float[] stepped =
          mixed
              .step(
                  manager,
                  cache,
                  NextTokens.first(
                      new int[] {tokens[6], tokens[7], tokens[8]}, new int[] {6, 7, 8}),
                  runs,
                  new int[] {2, 0, 1, 1, 0, 2})
              .toFloatArray();
      assertRows(stepped, alone, new int[] {2, 0, 1, 1, 2}, new int[] {6, 7, 8, 14, 11});
      var verified =
          List.of(
              new PromptRun(0, 7, Arrays.copyOfRange(tokens, 7, 10), 3),
              new PromptRun(1, 8, Arrays.copyOfRange(tokens, 8, 9), 1),
              new PromptRun(2, 9, Arrays.copyOfRange(tokens, 9, 13), 2));
      float[] several =
          mixed.step(manager, cache, NextTokens.NONE, verified, new int[] {2, 0, 1}).toFloatArray();
      assertRows(several, alone, new int[] {2, 2, 2, 0, 1, 1}, new int[] {7, 8, 9, 8, 11, 12});
    }
  }

  @Test
  void aPassForOneAdapterAndTheBaseIsThatOfTheAdapterAlone() {
    try (var network = MODEL.load(manager, Precision.F32);
        var mix = both();
        var mixed = network.mixed(mix);
        var cache = network.newCache(3, 1 << 24)) {
      cache.reserve(3, 32);
      float[][] alone = {full(network, null), full(network, all), full(network, some)};
      for (int place = 1; place <= 2; place++) {
        int[] adapters = {place, 0, place};
        assertRows(prompts(mixed, cache, adapters), alone, adapters, new int[] {4, 5, 6});
        int[] next = {5, 6, 7};
        assertRows(decode(mixed, cache, adapters, next), alone, adapters, next);
      }
    }
  }

  @Test
  void anAdapterInAMixIsWhatPeftMakesOfIt() {
    try (var network = MODEL.load(manager, Precision.F32);
        var mix = both();
        var mixed = network.mixed(mix);
        var cache = network.newCache(1, 1 << 24)) {
      cache.reserve(1, 32);
      var run = List.of(new PromptRun(0, 0, head(12), true));
      float[] logits =
          mixed.step(manager, cache, NextTokens.NONE, run, new int[] {1}).toFloatArray();
      assertThat(
              SmallModel.maxDifference(logits, row(MODEL.golden("lora.logits"), 11, logits.length)))
          .isLessThan(NEAR);
    }
  }

  @Test
  void whoIsLeftKeepsItsAdapterWhenAnotherGoes() {
    try (var network = MODEL.load(manager, Precision.F32);
        var mix = someAndAllAgain();
        var mixed = network.mixed(mix);
        var cache = network.newCache(2, 1 << 24)) {
      assertThat(mix.keys()).containsExactly(SOME, 11);
      cache.reserve(2, 32);
      int[] adapters = {1, 2};
      float[][] alone = {full(network, null), full(network, some), full(network, all)};
      assertRows(prompts(mixed, cache, adapters), alone, adapters, new int[] {4, 5});
    }
  }

  /** What it was made from is closed before it is used. */
  private AdapterMix someAndAllAgain() {
    try (var first = both();
        var again = AdapterMix.of(manager, MODEL.architecture(), 11, all)) {
      var mix = first.with(again, key -> key == ALL);
      assertThat(mix.bytes()).isEqualTo(first.bytes());
      return mix;
    }
  }

  @Test
  void whatWasLastMayGo() {
    try (var mix = both();
        var one = AdapterMix.of(manager, MODEL.architecture(), 11, some);
        var rest = mix.with(one, key -> key != 11)) {
      assertThat(rest.keys()).containsExactly(11);
      assertThat(rest.targets()).isEqualTo(some.targets());
      assertThat(rest.bytes()).isLessThan(mix.bytes());
    }
  }

  @Test
  void anAdapterWithNumbersThatAreNoneIsRefused() {
    NDArray matrix = all.matrices().get(3);
    matrix.set(new NDIndex(0, 0), Float.NaN);
    assertThatThrownBy(() -> AdapterMix.of(manager, MODEL.architecture(), ALL, all))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("finite");
  }

  private AdapterMix both() {
    try (var one = AdapterMix.of(manager, MODEL.architecture(), ALL, all);
        var other = AdapterMix.of(manager, MODEL.architecture(), SOME, some)) {
      return one.with(other, _ -> false);
    }
  }

  /** Logits of the first sequence's positions, by an adapter alone. */
  private float[] full(Network network, LoraAdapter adapter) {
    try (var view = network.adapted(Optional.ofNullable(adapter))) {
      return view.full(manager, new int[][] {tokens}).toFloatArray();
    }
  }

  /** Slot i gets the first 5 + i tokens. */
  private float[] prompts(MixedNetwork mixed, KvCache cache, int[] adapters) {
    var runs = new ArrayList<PromptRun>();
    for (int slot = 0; slot < adapters.length; slot++) {
      runs.add(new PromptRun(slot, 0, head(5 + slot), true));
    }
    return mixed.step(manager, cache, NextTokens.NONE, runs, adapters).toFloatArray();
  }

  private float[] decode(MixedNetwork mixed, KvCache cache, int[] adapters, int[] positions) {
    int[] next = Arrays.stream(positions).map(position -> tokens[position]).toArray();
    return mixed.decode(manager, cache, NextTokens.first(next, positions), adapters).toFloatArray();
  }

  private static void assertRows(float[] logits, float[][] alone, int[] adapters, int[] positions) {
    int vocabulary = MODEL.architecture().vocabulary();
    assertThat(logits).hasSize(adapters.length * vocabulary);
    for (int i = 0; i < adapters.length; i++) {
      float[] expected = row(alone[adapters[i]], positions[i], vocabulary);
      assertThat(SmallModel.maxDifference(row(logits, i, vocabulary), expected)).isLessThan(NEAR);
    }
  }

  private int[] head(int length) {
    return Arrays.copyOf(tokens, length);
  }

  private static float[] row(float[] rows, int row, int width) {
    return Arrays.copyOfRange(rows, row * width, (row + 1) * width);
  }
}
