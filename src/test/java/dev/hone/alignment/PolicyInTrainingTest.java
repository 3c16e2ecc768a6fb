package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.hone.inference.PolicySampler;
import dev.hone.inference.PolicySampler.Bounds;
import dev.hone.inference.PolicySampler.Drawing;
import dev.hone.inference.SampledAnswer;
import dev.hone.inference.Torch;
import dev.hone.model.AnswerBatch;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Precision;
import dev.hone.model.SmallModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sampling and training by turns on one thread. */
class PolicyInTrainingTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final List<int[]> PROMPTS =
      List.of(new int[] {1, 2, 3}, new int[] {4, 5}, new int[] {6, 7, 8, 9});
  private static final Drawing DRAWING = new Drawing(1, 20, new int[] {});

  @Test
  void samplesFollowTheTrainingAndDisturbItInNothing() {
    try (NDManager manager = Torch.manager()) {
      float[] alone = trained(manager, false);
      assertThat(trained(manager, true)).isEqualTo(alone);
    }
  }

  /** The adapter's numbers after three steps that make the same answers likelier. */
  private static float[] trained(NDManager manager, boolean sampling) {
    try (var base = MODEL.load(manager, Precision.F32);
        var sampler = sampler(manager);
        var trained = new TrainedAdapter(base, "base", adapter(manager));
        var masters = Masters.of(manager, trained, 0, 1)) {
      int[] before = {};
      var open = new ArrayList<Integer>();
      for (int i = 0; i < 3; i++) {
        if (sampling) {
          sampler.use(Optional.of(trained.adapter()));
          int[] now = sample(sampler);
          assertThat(now).isNotEqualTo(before);
          assertThat(now).isEqualTo(sampledAnew(manager, trained.adapter()));
          assertThat(JniUtils.isGradMode()).isTrue();
          before = now;
          open.add(sampler.openResources() + masters.openResources());
        }
        masters.accumulate(step -> trained.outputs(step, batch()), PolicyInTrainingTest::likelier);
        masters.step(0.05);
      }
      assertThat(open.stream().distinct().count()).isLessThan(2);
      return trained.adapter().matrices().getLast().toFloatArray();
    }
  }

  private static float[] likelier(float[] logProbs) {
    float[] slopes = new float[logProbs.length];
    Arrays.fill(slopes, -1);
    return slopes;
  }

  private static AnswerBatch batch() {
    return new AnswerBatch(List.of(new AnswerBatch.Branches(new int[] {1, 2}, new int[] {3, 4})));
  }

  private static int[] sampledAnew(NDManager manager, LoraAdapter policy) {
    try (var fresh = sampler(manager)) {
      fresh.use(Optional.of(policy));
      return sample(fresh);
    }
  }

  private static int[] sample(PolicySampler sampler) {
    return sampler.sample(PROMPTS, new long[] {1, 2, 3}, DRAWING, _ -> {}).stream()
        .map(SampledAnswer::tokens)
        .flatMapToInt(Arrays::stream)
        .toArray();
  }

  private static PolicySampler sampler(NDManager manager) {
    var bounds = Bounds.ample(2, 64, MODEL.architecture());
    return new PolicySampler(manager, MODEL.folder(), Precision.F32, bounds);
  }

  private static LoraAdapter adapter(NDManager manager) {
    return LoraAdapter.load(manager, MODEL.folder().resolve("adapter"), MODEL.architecture());
  }
}
