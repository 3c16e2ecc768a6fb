package dev.hone.alignment.reward;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.TokenRanking;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What src/test/python/reward.py trained on, and how that went.
 *
 * @param batch prompts a step, one after the other and from the first again
 * @param losses step by step
 */
public record GoldenRewards(
    RewardLoss.Options options, List<TokenRanking> rankings, int batch, double[] losses) {
  public static GoldenRewards read() {
    var file = SmallModel.resource("golden/reward/training.json").toFile();
    try {
      return new JsonMapper().readValue(file, GoldenRewards.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
