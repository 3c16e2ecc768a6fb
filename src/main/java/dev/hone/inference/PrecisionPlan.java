package dev.hone.inference;

import dev.hone.model.Precision;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Which precision serves which use. A use gets one of its own only where that is worth holding the
 * weights twice (docs/adr/0005).
 */
public record PrecisionPlan(Precision single, Precision batch, Precision prefill) {
  /** How much faster a use must become to be worth another copy of the weights. */
  private static final double WORTH_A_COPY = 1.25;

  public static PrecisionPlan all(Precision precision) {
    return new PrecisionPlan(precision, precision, precision);
  }

  /**
   * On a GPU, where nothing is measured.
   *
   * @param wanted one for everything, if set
   * @throws IllegalArgumentException when that one is for processors
   */
  static PrecisionPlan onGpu(Optional<Precision> wanted) {
    var precision = wanted.orElse(Precision.BF16);
    if (!precision.runsOnEveryDevice()) {
      throw new IllegalArgumentException(
          "precision %s is for processors; on a GPU it can be f32 or bf16"
              .formatted(precision.label()));
    }
    return all(precision);
  }

  /**
   * The fastest usable precision overall, and another one for the uses where that one is faster by
   * far. Of those that are held then, each use gets its fastest.
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
    var plan =
        new PrecisionPlan(
            forUse(usable, main, PrecisionTrial.Speeds::single),
            forUse(usable, main, PrecisionTrial.Speeds::batch),
            forUse(usable, main, PrecisionTrial.Speeds::prefill));
    var held = usable.stream().filter(trial -> plan.uses(trial.precision())).toList();
    return new PrecisionPlan(
        fastest(held, PrecisionTrial.Speeds::single).precision(),
        fastest(held, PrecisionTrial.Speeds::batch).precision(),
        fastest(held, PrecisionTrial.Speeds::prefill).precision());
  }

  private boolean uses(Precision precision) {
    return precision == single || precision == batch || precision == prefill;
  }

  private static PrecisionTrial.Usable fastest(
      List<PrecisionTrial.Usable> trials, ToDoubleFunction<PrecisionTrial.Speeds> use) {
    return trials.stream()
        .max(Comparator.comparingDouble(trial -> use.applyAsDouble(trial.tokensPerSecond())))
        .orElseThrow();
  }

  /** Compares like a geometric mean: no use counts more because its numbers are larger. */
  private static double product(PrecisionTrial.Speeds speeds) {
    return speeds.single() * speeds.batch() * speeds.prefill();
  }

  private static Precision forUse(
      List<PrecisionTrial.Usable> usable,
      PrecisionTrial.Usable main,
      ToDoubleFunction<PrecisionTrial.Speeds> use) {
    var fastest = fastest(usable, use);
    double gain =
        use.applyAsDouble(fastest.tokensPerSecond()) / use.applyAsDouble(main.tokensPerSecond());
    return gain >= WORTH_A_COPY ? fastest.precision() : main.precision();
  }

  String describe() {
    return "decoding one in %s, several in %s, prefill in %s"
        .formatted(single.label(), batch.label(), prefill.label());
  }
}
