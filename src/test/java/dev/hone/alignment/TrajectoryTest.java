package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.dpo.Dpo;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.alignment.kto.Kto;
import dev.hone.alignment.kto.KtoSettings;
import dev.hone.alignment.sft.Sft;
import dev.hone.alignment.sft.SftSettings;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Precision;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty steps from an adapter against plain PyTorch (src/test/python/trajectories.py). */
class TrajectoryTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final Map<String, String> BETA = Map.of("beta", "0.3");

  @TempDir Path folder;

  @Test
  void dpoGoesTheSameWay() throws IOException {
    assertFollows("dpo", new Dpo(DpoSettings.of(BETA)), GoldenExamples.PAIRS, 2);
  }

  @Test
  void ktoGoesTheSameWay() throws IOException {
    assertFollows("kto", new Kto(KtoSettings.of(BETA)), GoldenExamples.ANSWERS, 4);
  }

  @Test
  void sftGoesTheSameWay() throws IOException {
    assertFollows("sft", new Sft(SftSettings.of(Map.of())), GoldenExamples.ANSWERS, 4);
  }

  private <E extends TokenExample> void assertFollows(
      String name, Algorithm<E> algorithm, List<E> examples, int size) throws IOException {
    JsonNode golden =
        new JsonMapper()
            .readTree(SmallModel.resource("golden/dpo/trajectories.json").toFile())
            .path(name);
    assertThat(golden).hasSize(20);
    try (var manager = NDManager.newBaseManager();
        var base = MODEL.load(manager, Precision.F32);
        var start = adapter(manager);
        var parent = base.adapted(Optional.of(start));
        var trained = algorithm.trained(manager, base, "small", adapter(manager));
        var masters = Masters.of(manager, trained, 0, 1)) {
      var objective =
          algorithm.objective(
              new Algorithm.Frozen(
                  manager, parent, subject -> new ReferenceLogProbs(folder, List.of(subject))));
      for (int step = 0; step < golden.size(); step++) {
        var batch = new ArrayList<E>();
        for (int i = 0; i < size; i++) {
          batch.add(examples.get((step * size + i) % examples.size()));
        }
        var loss =
            objective.step(batch, asked -> masters.frozen(pass -> trained.outputs(pass, asked)));
        var figures = new Figures();
        for (var microBatch : List.of(batch.subList(0, 1), batch.subList(1, size))) {
          var answers = TokenExample.batch(microBatch);
          masters.accumulate(
              pass -> trained.forward(pass, answers, 0),
              said -> loss.slopes(microBatch, said, figures));
        }
        assertThat(figures.loss())
            .as("%s, step %d", name, step)
            .isCloseTo(loss(golden, step), within(1e-4));
        assertTells(figures, golden.get(step));
        masters.step(1e-3);
      }
      assertThat(loss(golden, 19)).isLessThan(loss(golden, 0));
    }
  }

  private static double loss(JsonNode golden, int step) {
    return golden.get(step).path("loss").asDouble();
  }

  /** What else PyTorch told of the step. */
  private static void assertTells(Figures figures, JsonNode golden) {
    for (var figure : golden.properties()) {
      if (!figure.getKey().equals("loss")) {
        assertThat(figures.metrics().get(figure.getKey()))
            .as(figure.getKey())
            .isCloseTo(figure.getValue().asDouble(), within(1e-4));
      }
    }
  }

  private static LoraAdapter adapter(NDManager manager) {
    return LoraAdapter.load(manager, MODEL.folder().resolve("adapter"), MODEL.architecture());
  }
}
