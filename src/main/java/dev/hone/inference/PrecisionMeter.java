package dev.hone.inference;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import dev.hone.model.Architecture;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tries each precision on this machine with the real weights: what it loses on a text, and how fast
 * it decodes and takes prompts in, by the fastest of several steps, since they are measured one
 * after the other and other work on the machine must not decide between them. Timing single layers
 * would flatter: they stay in the processor's cache.
 */
final class PrecisionMeter {
  static final double MAX_LOSS = 0.01;

  static final List<Precision> CANDIDATES =
      List.of(Precision.F32_PREPACKED, Precision.BF16_PREPACKED, Precision.INT8, Precision.INT4);

  private static final int MAX_ROWS = 256;
  private static final int REPEATS = 11;

  private final NDManager manager;
  private final Path folder;
  private final int[] text;
  private final Runnable between;
  private final int maxPositions;
  private final int rows;

  /**
   * @param folder of the model
   * @param text to judge the loss by, [length]
   * @param between called every few seconds; ends it by throwing
   */
  PrecisionMeter(NDManager manager, Path folder, int[] text, Runnable between) {
    this.manager = manager;
    this.folder = folder;
    this.text = text;
    this.between = between;
    this.maxPositions = Architecture.load(folder).maxPositions();
    this.rows = Math.min(MAX_ROWS, maxPositions / 2);
  }

  /** Plain f32 is timed only where oneDNN's layout of it is not to be had: it is slow to decode. */
  List<PrecisionTrial> measure(Consumer<PrecisionTrial> progress) {
    TextLoss loss;
    try (var network = load(Precision.F32)) {
      loss = TextLoss.against(manager, network, text);
    }
    var trials = new ArrayList<PrecisionTrial>();
    for (Precision precision : CANDIDATES) {
      between.run();
      trials.add(measure(precision, loss));
      progress.accept(trials.getLast());
    }
    if (trials.stream().noneMatch(PrecisionTrial.Usable.class::isInstance)) {
      trials.add(measure(Precision.F32, loss));
      progress.accept(trials.getLast());
    }
    return List.copyOf(trials);
  }

  private PrecisionTrial measure(Precision precision, TextLoss against) {
    try (var network = load(precision)) {
      var loss = against.of(manager, network);
      // Written so that a loss that is not a number is refused too.
      if (!(loss.perplexity() <= MAX_LOSS)) {
        return new PrecisionTrial.TooLossy(precision, loss);
      }
      between.run();
      var timer = new NetworkTimer(manager, network, REPEATS);
      return new PrecisionTrial.Usable(
          precision,
          loss,
          new PrecisionTrial.Speeds(
              PerBatch.of(
                  size -> {
                    between.run();
                    return timer.decode(size, rows).fastest();
                  }),
              timer.prefill(rows).fastest()));
    } catch (EngineException e) {
      return new PrecisionTrial.Unavailable(precision, reason(e));
    }
  }

  private Network load(Precision precision) {
    int window = Math.min(maxPositions, Math.max(TextLoss.CONTEXT, 2 * rows));
    return Network.load(manager, folder, precision, window, Optional.empty());
  }

  /** The line that says why; libtorch's messages go on with the stack of the script. */
  static String reason(EngineException e) {
    var lines = String.valueOf(e.getMessage()).strip().lines().toList();
    return lines.stream()
        .filter(line -> line.startsWith("RuntimeError: "))
        .findFirst()
        .map(line -> line.substring("RuntimeError: ".length()))
        .orElse(lines.getFirst())
        .strip();
  }
}
