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
import java.util.function.LongSupplier;

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

  /** Beyond what other work makes of a single run; bf16 that is emulated takes twenty times. */
  private static final int HOPELESS = 8;

  /**
   * The types take turns, so that whatever else the machine does meanwhile slows both, and each
   * counts by its fastest repeat. Where bf16 is hopeless its warm-up says so.
   */
  public static ComputeType fastest(NDManager manager, Path base) {
    try (var f32 = new Trial(manager, base, ComputeType.F32);
        var bf16 = new Trial(manager, base, ComputeType.BF16)) {
      return fastest(f32::run, bf16::run);
    }
  }

  /**
   * @param f32 does one run and says how long it took
   */
  static ComputeType fastest(LongSupplier f32, LongSupplier bf16) {
    long warmUp = f32.getAsLong();
    if (bf16.getAsLong() > HOPELESS * warmUp) {
      return ComputeType.F32;
    }
    long ofF32 = Long.MAX_VALUE;
    long ofBf16 = Long.MAX_VALUE;
    for (int i = 0; i < REPEATS; i++) {
      ofF32 = Math.min(ofF32, f32.getAsLong());
      ofBf16 = Math.min(ofBf16, bf16.getAsLong());
    }
    return ofBf16 < ofF32 ? ComputeType.BF16 : ComputeType.F32;
  }

  /** One micro-batch, again and again. */
  private static final class Trial implements AutoCloseable {
    private final NDManager manager;
    private final Network base;
    private final TrainedAdapter trained;
    private final Masters masters;
    private final AnswerBatch batch;

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

    /** In nanoseconds. */
    long run() {
      long start = System.nanoTime();
      masters.accumulate(step -> trained.forward(step, batch, 0), sums -> sums);
      return System.nanoTime() - start;
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
