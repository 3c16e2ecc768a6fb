package dev.hone.alignment;

import dev.hone.inference.FreeMemory;
import dev.hone.model.Architecture;
import dev.hone.model.Network;
import dev.hone.model.WholeWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a training will take at most, so that it fails before its first step and not in the middle
 * of the night.
 *
 * @param memory bytes beside what the process has already
 * @param disk bytes
 */
public record Resources(long memory, long disk) {
  private static final long RUNTIME = 256L << 20;

  /**
   * @param rows of the largest micro-batch
   * @param targets answer tokens of the largest micro-batch
   */
  public static Resources of(
      Architecture net, ComputeType compute, AdapterSettings settings, int rows, int targets) {
    long embedding = 4L * net.vocabulary() * net.hidden();
    long weights = compute.precision().weightBytes(net) + embedding;
    long parameters = parameters(net, settings);
    boolean averaged = settings.ema() > 0;
    long moved = (averaged ? 6L : 5L) * 4 * parameters;
    long logits = 4L * 4 * Math.min(targets, Network.TARGETS_AT_ONCE) * net.vocabulary();
    long written =
        settings.adapter() == AdapterKind.LORA ? 4 * parameters : 4 * WholeWeights.count(net);
    return new Resources(
        weights + moved + 4L * rows * kept(net, settings) + logits + RUNTIME,
        3 * Checkpoints.bytes(parameters, averaged) + written);
  }

  private static long parameters(Architecture net, AdapterSettings settings) {
    return switch (settings.adapter()) {
      case LORA -> settings.shape().parameters(net);
      case DORA -> settings.shape().parameters(net) + net.layers() * outputs(net, settings);
      case FULL -> WholeWeights.count(net);
    };
  }

  private static long outputs(Architecture net, AdapterSettings settings) {
    return settings.targets().stream().mapToLong(target -> target.outputWidth(net)).sum();
  }

  /** Numbers that stay of one row until the way back: all blocks', or their inputs and one's. */
  private static long kept(Architecture net, AdapterSettings settings) {
    long width = graphWidth(net, settings);
    return settings.gradientCheckpointing()
        ? (long) net.layers() * net.hidden() + 2 * width
        : net.layers() * width;
  }

  /** Numbers that one row of one block leaves in the graph; measured to be within a tenth. */
  private static long graphWidth(Architecture net, AdapterSettings settings) {
    long attention = 6L * net.hidden() + 4L * net.queryWidth() + 2L * net.kvWidth();
    long plain = attention + 5L * net.feedForward();
    long low = (long) settings.rank() * settings.targets().size();
    return switch (settings.adapter()) {
      case LORA -> plain + low + (settings.dropout() > 0 ? 2 * inputs(net, settings) : 0);
      case DORA -> plain + low + outputs(net, settings);
      case FULL -> plain;
    };
  }

  private static long inputs(Architecture net, AdapterSettings settings) {
    return settings.targets().stream().mapToLong(target -> target.inputWidth(net)).sum();
  }

  /** The same, and room for a copy of a file. */
  Resources andDisk(Path file) {
    try {
      return new Resources(memory, disk + Files.size(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param folder that will be written to
   * @throws TrainingException {@code too_little_memory} or {@code too_little_disk}
   */
  public void check(Path folder) {
    check(folder, FreeMemory.OF_THIS_MACHINE);
  }

  void check(Path folder, FreeMemory free) {
    long available = free.bytes().orElse(Long.MAX_VALUE);
    if (available < memory) {
      throw new TrainingException(
          "too_little_memory",
          "training takes about %s of memory, %s are available; a smaller microBatchPairs or maxTokens takes less"
              .formatted(megabytes(memory), megabytes(available)));
    }
    try {
      Files.createDirectories(folder);
      long usable = Files.getFileStore(folder).getUsableSpace();
      if (usable < disk) {
        throw new TrainingException(
            "too_little_disk",
            "training takes up to %s in %s, %s are free"
                .formatted(megabytes(disk), folder, megabytes(usable)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String megabytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
