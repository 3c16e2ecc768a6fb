package dev.hone.alignment;

import dev.hone.inference.FreeMemory;
import dev.hone.model.Architecture;
import dev.hone.model.LoraShape;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.TrainableNetwork;
import dev.hone.model.WholeWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a training will take at most, so that it fails before its first step and not in the middle
 * of the night.
 *
 * @param memory bytes beside what the process has already
 * @param disk bytes
 */
public record Resources(long memory, long disk) {
  public static final Resources NONE = new Resources(0, 0);

  private static final long RUNTIME = 256L << 20;

  /** What a process takes for itself, whatever it does. */
  public static final Resources PROCESS = new Resources(RUNTIME, 0);

  /**
   * @param shape of an adapter, which a parent's may have made larger than the settings'
   * @param rows of the largest micro-batch
   * @param targets answer tokens of the largest micro-batch
   */
  public static Resources of(
      Architecture net,
      ComputeType compute,
      AdapterSettings settings,
      LoraShape shape,
      int rows,
      int targets) {
    long parameters = parameters(net, settings, shape);
    long written =
        settings.adapter() == AdapterKind.LORA ? 4 * parameters : 4 * WholeWeights.count(net);
    return base(net, compute.precision())
        .and(trained(parameters, settings.ema() > 0))
        .and(output(net, settings, targets))
        .and(new Resources(4L * rows * kept(net, settings, shape), written))
        .and(PROCESS);
  }

  /** A base's weights, of which the embedding is in f32. */
  public static Resources base(Architecture net, Precision precision) {
    return new Resources(precision.weightBytes(net) + 4L * net.vocabulary() * net.hidden(), 0);
  }

  /**
   * Numbers in f32 that an optimiser moves, and their checkpoints: two, and one that is written.
   *
   * @param averaged whether their average over the steps is kept too
   */
  public static Resources trained(long parameters, boolean averaged) {
    return new Resources(
        (averaged ? 6L : 5L) * 4 * parameters, 3 * Checkpoints.bytes(parameters, averaged));
  }

  /**
   * What the output layer's way forth and back holds: logits, in whose place their derivatives
   * come; where it is trained also its copy in bf16, its gradient, and what is added to that.
   */
  private static Resources output(Architecture net, AdapterSettings settings, int targets) {
    if (settings.adapter() != AdapterKind.FULL) {
      return logits(net, targets, 1);
    }
    long atOnce = Math.min(targets, TrainableNetwork.TARGETS_AT_ONCE);
    long vocabulary = net.vocabulary();
    return new Resources(4 * atOnce * vocabulary + 8 * vocabulary * net.hidden(), 0);
  }

  /**
   * Numbers over the vocabulary, which are made for some targets at a time.
   *
   * @param rows of them that one target has
   */
  public static Resources logits(Architecture net, int targets, int rows) {
    long atOnce = Math.min(targets, Network.TARGETS_AT_ONCE);
    return new Resources(4L * rows * atOnce * net.vocabulary(), 0);
  }

  /** A pass forward alone, which holds one block's numbers and hands them to the next. */
  public static Resources pass(Architecture net, int rows) {
    return new Resources(4L * rows * 2 * plainWidth(net), 0);
  }

  private static long parameters(Architecture net, AdapterSettings settings, LoraShape shape) {
    return switch (settings.adapter()) {
      case LORA -> shape.parameters(net);
      case DORA -> shape.parameters(net) + net.layers() * outputs(net, shape);
      case FULL -> WholeWeights.count(net);
    };
  }

  private static long outputs(Architecture net, LoraShape shape) {
    return shape.targets().stream().mapToLong(target -> target.outputWidth(net)).sum();
  }

  /** Numbers that stay of one row until the way back: all blocks', or their inputs and one's. */
  private static long kept(Architecture net, AdapterSettings settings, LoraShape shape) {
    long width = graphWidth(net, settings, shape);
    return settings.gradientCheckpointing()
        ? (long) net.layers() * net.hidden() + 2 * width
        : net.layers() * width;
  }

  /**
   * Numbers that one row of one block leaves in the graph; measured to be within a tenth in f32. In
   * bf16 the products take half, and short groups' attention what that saves.
   */
  private static long graphWidth(Architecture net, AdapterSettings settings, LoraShape shape) {
    long plain = plainWidth(net);
    long low = (long) shape.rank() * shape.targets().size();
    return switch (settings.adapter()) {
      case LORA -> plain + low + (settings.dropout() > 0 ? 2 * inputs(net, shape) : 0);
      case DORA -> plain + low + outputs(net, shape);
      case FULL -> plain;
    };
  }

  private static long plainWidth(Architecture net) {
    long attention = 6L * net.hidden() + 4L * net.queryWidth() + 2L * net.kvWidth();
    return attention + 5L * net.feedForward();
  }

  private static long inputs(Architecture net, LoraShape shape) {
    return shape.targets().stream().mapToLong(target -> target.inputWidth(net)).sum();
  }

  /** Both at once. */
  public Resources and(Resources other) {
    return new Resources(memory + other.memory, disk + other.disk);
  }

  /** One after the other: what the first wrote stays. */
  public Resources then(Resources other) {
    return new Resources(Math.max(memory, other.memory), disk + other.disk);
  }

  /** The same, and room for a copy of a file. */
  Resources andDisk(Path file) {
    return and(new Resources(0, size(file)));
  }

  /** Bytes of a file. */
  public static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param folder that will be written to
   * @param less which settings take less memory, as a sentence goes on
   * @throws TrainingException {@code too_little_memory} or {@code too_little_disk}
   */
  public void check(Path folder, String less) {
    check(folder, less, FreeMemory.OF_THIS_MACHINE);
  }

  void check(Path folder, String less, FreeMemory free) {
    long available = free.bytes().orElse(Long.MAX_VALUE);
    if (available < memory) {
      throw new TrainingException(
          "too_little_memory",
          "about %s of memory are needed, %s are available; %s"
              .formatted(megabytes(memory), megabytes(available), less));
    }
    try {
      Files.createDirectories(folder);
      // What is resumed has written some of it already.
      long left = disk - written(folder);
      long usable = Files.getFileStore(folder).getUsableSpace();
      if (usable < left) {
        throw new TrainingException(
            "too_little_disk",
            "up to %s are needed in %s, %s are free"
                .formatted(megabytes(left), folder, megabytes(usable)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long written(Path folder) throws IOException {
    long bytes = 0;
    for (String part : List.of(TrainingRun.CHECKPOINTS, Candidate.FOLDER)) {
      Path there = folder.resolve(part);
      if (Files.exists(there)) {
        try (var files = Files.walk(there)) {
          bytes += files.filter(Files::isRegularFile).mapToLong(Resources::size).sum();
        }
      }
    }
    return bytes;
  }

  private static String megabytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
