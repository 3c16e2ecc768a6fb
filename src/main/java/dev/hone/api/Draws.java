package dev.hone.api;

import dev.hone.chat.Completions;
import dev.hone.inference.SamplingParams;
import dev.hone.inference.ServedModel;
import dev.hone.operations.HoneConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/** How a request's answers are drawn: as it says, and otherwise as the model and this server do. */
@ApplicationScoped
class Draws {
  private final HoneConfig config;
  private final RandomGenerator random = new SecureRandom();

  Draws(HoneConfig config) {
    this.config = config;
  }

  /**
   * With a seed of its own where the request has none.
   *
   * @throws InvalidRequestException when a biased token is none of the model's
   */
  SamplingParams of(Drawing drawing, ServedModel model) {
    drawing.checkTokens(model.format().tokenizer().vocabularySize());
    return drawing.over(Completions.defaults(model, config.maxNewTokens(), random.nextLong()));
  }
}
