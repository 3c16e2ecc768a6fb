package dev.hone.loop;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.ComputeMeter;
import dev.hone.alignment.ComputeType;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The number format of a round's training. What was measured to be faster stays so for all stages
 * over that base and on every resume, however fast the machine is then.
 *
 * @param measured where it is written down
 * @param base that it is measured on
 * @param chosen hears of every choice
 */
record ComputeChoice(Path measured, Path base, Consumer<ComputeType> chosen) {
  /** The same of a training over another base, whose sizes may make another format faster. */
  ComputeChoice over(Path other) {
    return other.equals(base)
        ? this
        : new ComputeChoice(
            measured.resolveSibling("compute-%s.json".formatted(other.getFileName())),
            other,
            chosen);
  }

  /**
   * @param set empty for whichever is faster
   */
  ComputeType of(NDManager manager, Optional<ComputeType> set) {
    ComputeType compute = set.orElseGet(() -> faster(manager));
    chosen.accept(compute);
    return compute;
  }

  private ComputeType faster(NDManager manager) {
    return RoundFolder.read(measured, ComputeType.class)
        .orElseGet(
            () -> {
              ComputeType faster = ComputeMeter.fastest(manager, base);
              RoundFolder.write(measured, faster);
              return faster;
            });
  }
}
