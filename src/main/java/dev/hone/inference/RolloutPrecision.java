package dev.hone.inference;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.model.Precision;
import dev.hone.registry.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Which precision a policy is sampled in. One alone: a second copy of the weights beside the
 * trainer's would cost more memory than it gains time.
 *
 * @param precision chosen when the training began
 */
public record RolloutPrecision(Precision precision) {
  private static final Logger LOG = Logger.getLogger(RolloutPrecision.class);
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * The one that was chosen for a training before, or else the fastest that loses little; the same
   * on every resume, however fast the machine is then.
   *
   * @param base folder of the base
   * @param measured file of what was measured on this machine; the engine's own will do
   * @param kept file of the training, where the choice is kept
   * @param batch sequences that are decoded at once
   * @param between called between two parts of a measurement; what it throws ends that
   */
  public static Precision of(
      NDManager manager, Path base, Path measured, Path kept, int batch, Runnable between) {
    if (Files.exists(kept)) {
      return read(kept).precision();
    }
    var chosen = new RolloutPrecision(choose(manager, base, measured, batch, between));
    chosen.write(kept);
    return chosen.precision();
  }

  private static Precision choose(
      NDManager manager, Path base, Path measured, int batch, Runnable between) {
    if (manager.getDevice().isGpu()) {
      return Precision.BF16;
    }
    Precision fastest = fastest(MeasuredPrecisions.of(manager, base, measured, between), batch);
    LOG.infof("Rollouts are sampled in %s, as measured on this machine", fastest.label());
    return fastest;
  }

  /** By the time that one token of a prompt and one of an answer take together. */
  static Precision fastest(List<PrecisionTrial> trials, int batch) {
    return trials.stream()
        .filter(PrecisionTrial.Usable.class::isInstance)
        .map(PrecisionTrial.Usable.class::cast)
        .min(Comparator.comparingDouble(trial -> seconds(trial.tokensPerSecond(), batch)))
        .orElseThrow(() -> new IllegalStateException("no precision is usable: " + trials))
        .precision();
  }

  private static double seconds(PrecisionTrial.Speeds speeds, int batch) {
    return 1 / speeds.decode().at(batch) + 1 / speeds.prefill();
  }

  private static RolloutPrecision read(Path file) {
    try {
      return JSON.readValue(file.toFile(), RolloutPrecision.class);
    } catch (IOException e) {
      throw new UncheckedIOException(
          file + " is damaged; what it said decides the rollouts of this training", e);
    }
  }

  private void write(Path file) {
    WholeFile.write(file, draft -> JSON.writeValue(draft.toFile(), this));
  }
}
