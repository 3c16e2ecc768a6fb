package dev.hone.alignment;

import dev.hone.inference.FreeMemory;
import dev.hone.model.Architecture;
import dev.hone.model.LoraShape;
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
      Architecture net, ComputeType compute, LoraShape shape, int rows, int targets) {
    long weights = compute.precision().weightBytes(net) + 4L * net.vocabulary() * net.hidden();
    long parameters = shape.parameters(net);
    long graph = 4L * rows * net.layers() * graphWidth(net, shape);
    long logits = 4L * 4 * targets * net.vocabulary();
    return new Resources(
        weights + 5 * 4 * parameters + graph + logits + RUNTIME,
        3 * Checkpoints.bytes(parameters) + 4 * parameters);
  }

  /** Numbers that one row of one block leaves in the graph; measured to be within a tenth. */
  private static long graphWidth(Architecture net, LoraShape shape) {
    long attention = 6L * net.hidden() + 4L * net.queryWidth() + 2L * net.kvWidth();
    return attention + 5L * net.feedForward() + (long) shape.rank() * shape.targets().size();
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
