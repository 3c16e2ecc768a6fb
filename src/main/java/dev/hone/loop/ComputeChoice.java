package dev.hone.loop;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.ComputeMeter;
import dev.hone.alignment.ComputeType;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The number format of a round's training. What was measured to be faster stays so for all stages
 * and on every resume, however fast the machine is then.
 *
 * @param measured where it is written down
 * @param chosen hears of every choice
 */
record ComputeChoice(Path measured, Path base, Consumer<ComputeType> chosen) {
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
