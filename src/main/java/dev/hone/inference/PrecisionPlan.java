package dev.hone.inference;

import dev.hone.model.Precision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Which precision serves which use. One is held beside another only where that is worth the weights
 * twice (docs/adr/0005).
 *
 * @param decode few rows at once, by how many they are
 * @param prefill many
 */
public record PrecisionPlan(PerBatch<Precision> decode, Precision prefill) {
  /** How much faster a use must become to be worth another copy of the weights. */
  private static final double WORTH_A_COPY = 1.25;

  public static PrecisionPlan all(Precision precision) {
    return new PrecisionPlan(PerBatch.all(precision), precision);
  }

  /**
   * On a GPU, where nothing is measured.
   *
   * @param wanted one for everything, if set
   * @throws IllegalArgumentException when that one is for processors
   */
  public static PrecisionPlan onGpu(Optional<Precision> wanted) {
    var precision = wanted.orElse(Precision.BF16);
    if (!precision.runsOnEveryDevice()) {
      throw new IllegalArgumentException(
          "precision %s is for processors; on a GPU it can be f32 or bf16"
              .formatted(precision.label()));
    }
    return all(precision);
  }

  /**
   * The fastest usable precision overall, and another one for decoding one, decoding most or
   * prefill where that one is faster by far. Of those that are held then, each use gets its
   * fastest.
   *
   * @throws IllegalStateException when no precision is usable
   */
  static PrecisionPlan choose(List<PrecisionTrial> trials) {
    var usable =
        trials.stream()
            .filter(PrecisionTrial.Usable.class::isInstance)
            .map(PrecisionTrial.Usable.class::cast)
            .toList();
    var main =
        usable.stream()
            .max(Comparator.comparingDouble(trial -> product(trial.tokensPerSecond())))
            .orElseThrow(() -> new IllegalStateException("no precision is usable: " + trials));
    var held =
        List.of(
            forUse(usable, main, speeds -> speeds.decode().one()),
            forUse(usable, main, speeds -> speeds.decode().most()),
            forUse(usable, main, PrecisionTrial.Speeds::prefill));
    return new PrecisionPlan(
        PerBatch.of(size -> fastest(held, speeds -> speeds.decode().at(size)).precision()),
        fastest(held, PrecisionTrial.Speeds::prefill).precision());
  }

  /** All that are held. */
  Set<Precision> precisions() {
    var all = EnumSet.of(prefill);
    all.addAll(decode.each());
    return all;
  }

  private static PrecisionTrial.Usable fastest(
      List<PrecisionTrial.Usable> trials, ToDoubleFunction<PrecisionTrial.Speeds> use) {
    return trials.stream()
        .max(Comparator.comparingDouble(trial -> use.applyAsDouble(trial.tokensPerSecond())))
        .orElseThrow();
  }

  /** Compares like a geometric mean: no use counts more because its numbers are larger. */
  private static double product(PrecisionTrial.Speeds speeds) {
    return speeds.decode().one() * speeds.decode().most() * speeds.prefill();
  }

  private static PrecisionTrial.Usable forUse(
      List<PrecisionTrial.Usable> usable,
      PrecisionTrial.Usable main,
      ToDoubleFunction<PrecisionTrial.Speeds> use) {
    var fastest = fastest(usable, use);
    double gain =
        use.applyAsDouble(fastest.tokensPerSecond()) / use.applyAsDouble(main.tokensPerSecond());
    return gain >= WORTH_A_COPY ? fastest : main;
  }

  String describe() {
    var uses = new ArrayList<String>();
    for (int size : PerBatch.SIZES) {
      uses.add("%d in %s".formatted(size, decode.at(size).label()));
    }
    return "decoding %s, prefill in %s".formatted(String.join(", ", uses), prefill.label());
  }
}
