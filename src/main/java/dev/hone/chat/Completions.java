package dev.hone.chat;

import dev.hone.inference.SamplingParams;
import dev.hone.inference.ServedModel;
import java.util.List;
import java.util.UUID;

/** What completions have in common, however they are asked for. */
public final class Completions {
  private Completions() {}

  public static String freshId() {
    return freshId("chatcmpl-");
  }

  /**
   * @param prefix by which OpenAI's ids say what they are of
   */
  public static String freshId(String prefix) {
    return prefix + UUID.randomUUID().toString().replace("-", "");
  }

  /** How a model's answers are drawn where the request says nothing. */
  public static SamplingParams defaults(ServedModel model, int maxNewTokens, long seed) {
    var defaults = model.defaults();
    return new SamplingParams(
        defaults.temperature(), defaults.topP(), defaults.topK(), seed, maxNewTokens, List.of());
  }
}
