package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.alignment.Figures;
import dev.hone.model.AnswerBatch;
import dev.hone.model.AnswerBatch.Branches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * From one rollout, as src/test/python/ppo.py made it up, through experience and loss to the slopes
 * that the networks are told, in two micro-batches. What goes in and out is f32.
 */
class UpdateTest {
  private static final double ROUNDING = 2e-6;

  private final JsonNode golden = Golden.rows("updates").getFirst();
  private final int count = golden.path("scores").size();
  private final Figures figures = new Figures();

  @Test
  void ppoIsThatOfPytorch() {
    var settings =
        PpoSettings.of(
            Map.of(
                "rolloutsPerStep", "" + count,
                "klCoefficient", "0.1",
                "scoreClip", "1.5",
                "whitenRewards", "true",
                "gamma", "0.99"));
    var update = new Update(settings, rollout(true));
    update.assertSlopes("policy", update.loss::policy, golden.path("ppo").path("slopes"));
    update.assertSlopes("values", update.loss::values, golden.path("ppo").path("valueSlopes"));
    update.assertLoss(golden.path("ppo").path("loss"));
  }

  @Test
  void grpoIsThatOfPytorch() {
    var update = new Update(byGroups("grpo", Map.of()), rollout(false));
    update.assertSlopes("policy", update.loss::policy, golden.path("grpo").path("slopes"));
    update.assertLoss(golden.path("grpo").path("loss"));
  }

  @Test
  void rlooIsThatOfPytorch() {
    var update = new Update(byGroups("rloo", Map.of("klCoefficient", "0.1")), rollout(false));
    update.assertSlopes("policy", update.loss::policy, golden.path("rloo").path("slopes"));
    update.assertLoss(golden.path("rloo").path("loss"));
  }

  /** All responses are one group, and none is worth less for its end. */
  private PpoSettings byGroups(String algorithm, Map<String, String> more) {
    var set = new HashMap<>(more);
    set.put("algorithm", algorithm);
    set.put("groupSize", "" + count);
    set.put("rolloutsPerStep", "" + count);
    set.put("missingEosPenalty", "0");
    return PpoSettings.of(set);
  }

  private Rollout rollout(boolean withValues) {
    var old = Golden.responses(golden.path("old"));
    var responses =
        IntStream.range(0, count)
            .mapToObj(
                i -> {
                  int length = old.get(i).length;
                  boolean ended = golden.path("ended").get(i).asBoolean();
                  return new Response(0, new int[length], ended, new float[length]);
                })
            .toList();
    return new Rollout(
        responses,
        Golden.numbers(golden.path("scores")),
        old,
        Golden.responses(golden.path("reference")),
        old,
        withValues ? Golden.responses(golden.path("oldValues")) : List.of());
  }

  private final class Update {
    private final List<MicroBatch> parts;
    private final UpdateLoss loss;

    Update(PpoSettings settings, Rollout rollout) {
      var before = Adaptation.start(settings.rewards());
      var experience = Experience.of(rollout, settings, before, figures);
      this.parts = List.of(part(rollout, 0, count / 2), part(rollout, count / 2, count));
      this.loss = new UpdateLoss(experience, parts, settings.losses(), 16, figures);
    }

    private static MicroBatch part(Rollout rollout, int from, int end) {
      int[] own = IntStream.range(from, end).toArray();
      int[][] answers =
          Arrays.stream(own)
              .mapToObj(i -> rollout.responses().get(i).tokens())
              .toArray(int[][]::new);
      return new MicroBatch(own, new AnswerBatch(List.of(new Branches(new int[] {3}, answers))));
    }

    void assertSlopes(
        String outputs, BiFunction<MicroBatch, float[], float[]> slopes, JsonNode expected) {
      var now = Golden.responses(golden.path(outputs));
      for (MicroBatch part : parts) {
        var said = new ArrayList<Double>();
        var wanted = new ArrayList<Double>();
        for (int response : part.responses()) {
          Arrays.stream(now.get(response)).forEach(said::add);
          Arrays.stream(Golden.numbers(expected.get(response))).forEach(wanted::add);
        }
        float[] values = new float[said.size()];
        IntStream.range(0, values.length).forEach(i -> values[i] = said.get(i).floatValue());
        float[] found = slopes.apply(part, values);
        assertThat(found).hasSize(wanted.size());
        for (int i = 0; i < found.length; i++) {
          double one = wanted.get(i);
          assertThat((double) found[i]).isCloseTo(one, within(ROUNDING * (1 + Math.abs(one))));
        }
      }
    }

    void assertLoss(JsonNode expected) {
      loss.tell();
      assertThat(expected.asDouble()).isNotZero();
      assertThat(figures.loss()).isCloseTo(expected.asDouble(), within(ROUNDING));
    }
  }
}
