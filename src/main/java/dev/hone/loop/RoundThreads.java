package dev.hone.loop;

import dev.hone.inference.Torch;
import java.nio.file.Path;

/**
 * On how many threads a round computes: on every resume as many as it began with, however many
 * cores there are then, since a sum that is shared out in another way is rounded in another way.
 */
record RoundThreads(int count) {
  /**
   * Computes on as many from now on.
   *
   * @param kept where they are written down
   */
  static void use(Path kept) {
    var begun =
        RoundFolder.read(kept, RoundThreads.class)
            .orElseGet(
                () -> {
                  var now = new RoundThreads(Torch.threads());
                  RoundFolder.write(kept, now);
                  return now;
                });
    Torch.computeOn(begun.count);
  }
}
