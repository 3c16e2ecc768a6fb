package dev.hone.inference;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tries each precision on this machine with the real weights: what it loses on a text, and how fast
 * the three uses run. Timing single layers would flatter: they stay in the processor's cache.
 */
final class PrecisionMeter {
  static final double MAX_LOSS = 0.01;

  private static final int BATCH = 16;
  private static final int ROWS = 256;
  private static final int REPEATS = 5;

  private final NDManager manager;
  private final Path folder;
  private final int[] text;

  /**
   * @param folder of the model
   * @param text to judge the loss by, [length]
   */
  PrecisionMeter(NDManager manager, Path folder, int[] text) {
    this.manager = manager;
    this.folder = folder;
    this.text = text;
  }

  /** Plain f32 is timed only where oneDNN's layout of it is not to be had: it is never faster. */
  List<PrecisionTrial> measure(Consumer<PrecisionTrial> progress) {
    var trials = new ArrayList<PrecisionTrial>();
    double reference;
    try (var network = load(Precision.F32)) {
      reference = negativeLogLikelihood(network);
    }
    for (Precision precision :
        List.of(Precision.F32_PREPACKED, Precision.BF16_PREPACKED, Precision.INT8)) {
      trials.add(measure(precision, reference));
      progress.accept(trials.getLast());
    }
    if (trials.stream().noneMatch(PrecisionTrial.Usable.class::isInstance)) {
      trials.add(measure(Precision.F32, reference));
      progress.accept(trials.getLast());
    }
    return List.copyOf(trials);
  }

  private PrecisionTrial measure(Precision precision, double reference) {
    try (var network = load(precision)) {
      double loss = Math.expm1(negativeLogLikelihood(network) - reference);
      // Written so that a loss that is not a number is refused too.
      if (!(loss <= MAX_LOSS)) {
        return new PrecisionTrial.TooLossy(precision, loss);
      }
      var timer = new NetworkTimer(manager, network, REPEATS);
      return new PrecisionTrial.Usable(
          precision,
          loss,
          new PrecisionTrial.Speeds(
              timer.decodeTokensPerSecond(1, ROWS),
              timer.decodeTokensPerSecond(BATCH, ROWS),
              timer.prefillTokensPerSecond(ROWS)));
    } catch (EngineException e) {
      return new PrecisionTrial.Unavailable(precision, firstLine(e));
    }
  }

  private Network load(Precision precision) {
    int window = Math.max(text.length, 2 * ROWS);
    return Network.load(manager, folder, precision, window, Optional.empty());
  }

  /** Mean over the text's tokens but the first. */
  private double negativeLogLikelihood(Network network) {
    try (NDManager step = manager.newSubManager();
        NDArray logProbs = network.logProbs(step, new int[][] {text})) {
      double sum = 0;
      for (float logProb : logProbs.toFloatArray()) {
        sum -= logProb;
      }
      return sum / (text.length - 1);
    }
  }

  /** libtorch's messages go on with the stack of the script. */
  static String firstLine(EngineException e) {
    String message = String.valueOf(e.getMessage()).strip();
    return message
        .lines()
        .filter(line -> line.startsWith("RuntimeError") || line.contains("need"))
        .findFirst()
        .orElse(message.lines().findFirst().orElse("no message"))
        .strip();
  }
}
