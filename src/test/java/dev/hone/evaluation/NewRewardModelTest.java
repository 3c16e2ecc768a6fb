package dev.hone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.SmallModel;
import dev.hone.registry.ModelStore;
import dev.hone.registry.RewardModels;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewRewardModelTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path folder;

  @Test
  void itIsKeptOnceWithWhatItsHeldOutPairsSay() {
    var store = new ModelStore(folder.resolve("models"));
    store.install("chat", "a test", SmallModel::copyChat);
    var models = new RewardModels(store);
    var made =
        new NewRewardModel(
            "r4",
            store.base("chat"),
            store.baseHash("chat"),
            new NewRewardModel.Learnt(
                "5".repeat(64), Map.of("empty-answer", 2), Map.of("answers-cut", 3)),
            Map.of("margin", "0.5"),
            Candidates.reward(0.3, 3, folder.resolve("trained")),
            Candidates.HELD_OUT,
            40);
    var steps = new ArrayList<Integer>();
    var watch =
        new Candidates.Unwatched() {
          @Override
          public void progress(String phase, int step, int of, double rate, double left) {
            steps.add(step);
            assertThat(of).isEqualTo(40);
          }
        };
    var kept = made.keep(models, NOW, watch);
    var report = kept.manifest().evaluation();
    assertThat(report.path("pairs").asInt()).isEqualTo(40);
    assertThat(report.path("low").asDouble()).isLessThan(report.path("accuracy").asDouble());
    assertThat(report.path("lengthBaseline").asDouble()).isGreaterThanOrEqualTo(0.5);
    assertThat(report.path("calibration").path("bins")).hasSize(10);
    assertThat(report.path("cut").isObject()).isTrue();
    assertThat(kept.manifest().id()).startsWith("rm-r4-");
    assertThat(kept.manifest().untrainable()).isEqualTo(Map.of("empty-answer", 2));
    assertThat(kept.manifest().cut()).isEqualTo(Map.of("answers-cut", 3));
    assertThat(kept.manifest().base()).isEqualTo("chat");
    assertThat(kept.manifest().createdAt()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(models.list()).hasSize(1);

    int judged = steps.size();
    assertThat(judged).isPositive();
    assertThat(made.keep(models, NOW.plusSeconds(9), watch)).isEqualTo(kept);
    assertThat(steps).hasSize(judged);
  }
}
