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

  /**
   * The types take turns, so that whatever else the machine does meanwhile slows both, and each
   * counts by its fastest repeat.
   */
  public static ComputeType fastest(NDManager manager, Path base) {
    try (var f32 = new Trial(manager, base, ComputeType.F32);
        var bf16 = new Trial(manager, base, ComputeType.BF16)) {
      for (int i = 0; i <= REPEATS; i++) {
        f32.run();
        bf16.run();
      }
      return bf16.fastest < f32.fastest ? ComputeType.BF16 : ComputeType.F32;
    }
  }

  /** One micro-batch, again and again; the first time is a warm-up. */
  private static final class Trial implements AutoCloseable {
    private final NDManager manager;
    private final Network base;
    private final TrainedAdapter trained;
    private final Masters masters;
    private final AnswerBatch batch;
    private boolean warm;

    /** Of the repeats after the warm-up, in nanoseconds. */
    private long fastest = Long.MAX_VALUE;

    Trial(NDManager parent, Path folder, ComputeType compute) {
      Architecture net = Architecture.load(folder).cutTo(LAYERS);
      var shape = new LoraShape(16, 32, EnumSet.of(LoraTarget.Q, LoraTarget.V));
      int[] prompt = ids(net, Math.min(PROMPT, net.maxPositions() / 2));
      int[] answer = ids(net, Math.min(ANSWER, net.maxPositions() / 2));
      batch = new AnswerBatch(List.of(new AnswerBatch.Branches(prompt, answer, answer)));
      manager = parent.newSubManager();
      base =
          Network.load(
              manager, folder, net, compute.precision(), PROMPT + ANSWER, Optional.empty());
      var fresh = WarmStart.adapter(manager, net, shape, Optional.empty(), 0);
      trained = new TrainedAdapter(base, "measured", fresh);
      masters = Masters.of(manager, trained, 0, 1);
    }

    void run() {
      long start = System.nanoTime();
      masters.accumulate(step -> trained.forward(step, batch, 0), sums -> sums);
      fastest = warm ? Math.min(fastest, System.nanoTime() - start) : fastest;
      warm = true;
    }

    @Override
    public void close() {
      masters.close();
      trained.close();
      base.close();
      manager.close();
    }
  }

  private static int[] ids(Architecture net, int count) {
    int[] ids = new int[count];
    Arrays.setAll(ids, i -> (i * 31 + 7) % net.vocabulary());
    return ids;
  }
}
