package dev.hone.loop.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepRowTest {
  private static final String OF_ALL =
      """
      "objective/kl":6,"completions/mean_length":12,"objective/scores":0.5,"objective/scores_std":0.25,\
      "policy/entropy_avg":2,"policy/clipfrac_avg":0.125,"loss/policy_avg":-0.5,"sampling/gap":0.0625\
      """;

  @Test
  void trainingsByGroupsHaveTheNamesOfTrlsGrpoToo() throws IOException {
    assertThat(metrics(OF_ALL + ",\"frac_reward_zero_std\":0"))
        .containsAllEntriesOf(
            Map.of(
                "reward", 0.5,
                "reward_std", 0.25,
                "entropy", 2.0,
                "clip_ratio/region_mean", 0.125,
                "sampling/sampling_logp_difference/mean", 0.0625,
                "kl", 0.5,
                "objective/kl", 6.0,
                "objective/scores", 0.5))
        .hasSize(15);
  }

  @Test
  void theDivergenceInTheLossIsWhatTrlCallsKl() throws IOException {
    assertThat(metrics(OF_ALL + ",\"frac_reward_zero_std\":0,\"loss/kl_avg\":0.75"))
        .containsEntry("kl", 0.75);
  }

  @Test
  void withoutGroupsTheyHaveThoseOfItsPpoAlone() throws IOException {
    assertThat(metrics(OF_ALL)).hasSize(8).doesNotContainKeys("reward", "kl");
  }

  private static Map<String, Double> metrics(String members) throws IOException {
    String line = "{\"step\":1,\"metrics\":{%s}}".formatted(members);
    return StepRow.of(new ObjectMapper().readTree(line)).metrics();
  }
}
