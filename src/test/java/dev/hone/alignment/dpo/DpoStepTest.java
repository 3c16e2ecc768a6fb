package dev.hone.alignment.dpo;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.Algorithm;
import dev.hone.alignment.Figures;
import dev.hone.alignment.GoldenExamples;
import dev.hone.alignment.Masters;
import dev.hone.alignment.ReferenceLogProbs;
import dev.hone.alignment.TokenExample;
import dev.hone.alignment.TrainedAdapter;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Precision;
import dev.hone.model.Safetensors;
import dev.hone.model.SmallModel;
import dev.hone.model.TensorInfo;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One step on the small model against plain PyTorch (src/test/python/dpo.py). */
class DpoStepTest {
  private static final double EXACT = 1e-5;
  // Adam divides by the gradient's own size: rounding of a tiny one shows, here as 1% of the rate.
  private static final double AFTER = 1e-4;
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final DpoSettings SETTINGS =
      DpoSettings.of(Map.of("beta", "0.3", "labelSmoothing", "0.1"));

  @TempDir Path folder;

  @Test
  void gradientsAndTheStepAreThoseOfPytorch() {
    try (var manager = NDManager.newBaseManager();
        var golden = Safetensors.open(SmallModel.resource("golden/dpo/step.safetensors"));
        var base = MODEL.load(manager, Precision.F32);
        var trained = new TrainedAdapter(base, "small", adapter(manager));
        var masters = Masters.of(manager, trained, 0.05, 0.5)) {
      var layout = trained.layout();
      var pairs = GoldenExamples.PAIRS;
      var figures = new Figures();
      var frozen =
          new Algorithm.Frozen(
              manager, base, subject -> new ReferenceLogProbs(folder, List.of(subject)));
      var loss = new Dpo(SETTINGS).objective(frozen).step(pairs, _ -> new float[0]);
      for (var microBatch : List.of(pairs.subList(0, 3), pairs.subList(3, 4))) {
        var batch = TokenExample.batch(microBatch);
        masters.accumulate(
            step -> trained.forward(step, batch, 0),
            logProbs -> loss.slopes(microBatch, logProbs, figures));
      }

      assertThat(figures.loss()).isCloseTo(values(golden, "loss")[0], within(EXACT));
      for (int i = 0; i < layout.size(); i++) {
        assertThat(
                maxDifference(
                    trained.masters().get(i).getGradient().toFloatArray(),
                    values(golden, "grad." + layout.get(i).name())))
            .as(layout.get(i).name())
            .isLessThan(EXACT);
      }
      assertThat(masters.step(0.01)).isCloseTo(values(golden, "norm")[0], within(1e-4));
      for (int i = 0; i < layout.size(); i++) {
        TensorInfo info = layout.get(i);
        float[] after = trained.masters().get(i).toFloatArray();
        assertThat(maxDifference(after, values(golden, "after." + info.name())))
            .as(info.name())
            .isLessThan(AFTER);
      }
    }
  }

  private static float[] values(Safetensors golden, String name) {
    return golden.data(name).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  private static LoraAdapter adapter(NDManager manager) {
    return LoraAdapter.load(manager, MODEL.folder().resolve("adapter"), MODEL.architecture());
  }
}
