package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.hone.model.LogitTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the script lists of a row, against the same looked up in Java. */
class TorchLogitsTest {
  private static final int ROWS = 3;
  private static final double NEAR = 1e-4;

  /** One vocabulary is looked at in blocks, the other is not divisible into such. */
  @ParameterizedTest
  @ValueSource(ints = {64 * 80, 4099, 40})
  void plainRowsAreListedAsTheyAre(int vocabulary) {
    check(vocabulary, List.of(Shaping.plain(0), Shaping.plain(1), Shaping.plain(0.3)));
  }

  @ParameterizedTest
  @ValueSource(ints = {64 * 80, 4099})
  void changedRowsAreListedByWhatTheyBecame(int vocabulary) {
    var random = new Random(2);
    var allowed = new BitSet();
    random.ints(vocabulary / 3, 0, vocabulary).forEach(allowed::set);
    var edits =
        new Shaping.Edits(
            new int[] {3, 7, 11},
            new float[] {1.3f, 1, 2},
            new float[] {4, Float.NEGATIVE_INFINITY, -1});
    check(
        vocabulary,
        List.of(
            new Shaping(0.7, edits, Optional.empty()),
            new Shaping(1, Shaping.Edits.NONE, Optional.of(new TokenSet(allowed))),
            new Shaping(0, edits, Optional.of(new TokenSet(allowed)))));
  }

  private static void check(int vocabulary, List<Shaping> shapings) {
    var random = new Random(1);
    var rows = new ArrayList<float[]>();
    float[] flat = new float[ROWS * vocabulary];
    for (int row = 0; row < ROWS; row++) {
      float[] logits = new float[vocabulary];
      for (int i = 0; i < vocabulary; i++) {
        logits[i] = (float) (4 * random.nextGaussian());
      }
      rows.add(logits);
      System.arraycopy(logits, 0, flat, row * vocabulary, vocabulary);
    }
    try (NDManager manager = ModelLoader.manager();
        var table = new LogitTable(manager, vocabulary)) {
      NDManager step = manager.newSubManager();
      var array = step.create(flat, new Shape(ROWS, vocabulary));
      try (var logits = new TorchLogits(table, step, array)) {
        var candidates = logits.candidates(shapings);
        for (int row = 0; row < ROWS; row++) {
          same(candidates.get(row), Candidates.of(rows.get(row), shapings.get(row), Logits.LISTED));
        }
      }
    }
  }

  private static void same(Candidates actual, Candidates expected) {
    assertThat(actual.tokens()).isEqualTo(expected.tokens());
    assertThat(actual.shaped()).containsExactly(expected.shaped(), within(1e-5f));
    assertThat(actual.raw()).isEqualTo(expected.raw());
    assertThat(actual.ranked().tokens()).isEqualTo(expected.ranked().tokens());
    assertThat(actual.ranked().logits()).isEqualTo(expected.ranked().logits());
    assertThat(actual.rawLogSum()).isCloseTo(expected.rawLogSum(), within(NEAR));
    assertThat(actual.shapedLogSum()).isCloseTo(expected.shapedLogSum(), within(NEAR));
    assertThat(actual.complete()).isEqualTo(expected.complete());
    assertThat(actual.whole().get().tokens()).isEqualTo(expected.whole().get().tokens());
  }
}
