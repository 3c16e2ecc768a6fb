package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch;
import dev.hone.model.Architecture;
import dev.hone.model.LoraShape;
import dev.hone.model.LoraTarget;
import dev.hone.model.Network;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * Times a training micro-batch in each compute type on this machine, over the first blocks of the
 * real model: its shapes, and all that differs between the two.
 */
public final class ComputeMeter {
  private static final int LAYERS = 2;
  private static final int REPEATS = 3;
  private static final int PROMPT = 150;
  private static final int ANSWER = 46;

  private ComputeMeter() {}

  public static ComputeType fastest(NDManager manager, Path base) {
    return seconds(manager, base, ComputeType.BF16) < seconds(manager, base, ComputeType.F32)
        ? ComputeType.BF16
        : ComputeType.F32;
  }

  /** Of the fastest of some repeats, after a warm-up. */
  private static double seconds(NDManager parent, Path folder, ComputeType compute) {
    Architecture net = Architecture.load(folder).cutTo(LAYERS);
    var shape = new LoraShape(16, 32, EnumSet.of(LoraTarget.Q, LoraTarget.V));
    int[] prompt = ids(net, Math.min(PROMPT, net.maxPositions() / 2));
    int[] answer = ids(net, Math.min(ANSWER, net.maxPositions() / 2));
    var batch = new AnswerBatch(List.of(new AnswerBatch.Branches(prompt, answer, answer)));
    double best = Double.MAX_VALUE;
    try (NDManager manager = parent.newSubManager();
        var base =
            Network.load(
                manager, folder, net, compute.precision(), PROMPT + ANSWER, Optional.empty());
        var trained =
            new TrainedAdapter(
                manager, base, WarmStart.adapter(manager, net, shape, Optional.empty(), 0), 0, 1)) {
      for (int i = 0; i <= REPEATS; i++) {
        long start = System.nanoTime();
        trained.accumulate(batch, sums -> sums);
        best = i == 0 ? best : Math.min(best, (System.nanoTime() - start) / 1e9);
      }
    }
    return best;
  }

  private static int[] ids(Architecture net, int count) {
    int[] ids = new int[count];
    Arrays.setAll(ids, i -> (i * 31 + 7) % net.vocabulary());
    return ids;
  }
}
