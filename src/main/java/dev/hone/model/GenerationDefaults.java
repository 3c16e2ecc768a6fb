package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How a model's makers want it sampled when a request does not say.
 *
 * @param temperature 0 means greedy; 0.7 if the model does not say
 * @param topP nucleus mass in (0, 1]; 0.9 if the model does not say
 * @param topK number of tokens kept, 0 for all; 0 if the model does not say
 */
public record GenerationDefaults(double temperature, double topP, int topK) {
  /** For models that say nothing. */
  public static final GenerationDefaults NEUTRAL = new GenerationDefaults(0.7, 0.9, 0);

  /**
   * Reads {@code generation_config.json}; {@code do_sample: false} without a temperature is greedy.
   *
   * @throws ModelFormatException if a value is out of its range
   */
  public static GenerationDefaults load(Path folder) {
    Path file = folder.resolve("generation_config.json");
    if (!Files.exists(file)) {
      return NEUTRAL;
    }
    JsonNode json;
    try {
      json = new JsonMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    boolean greedy = json.path("do_sample").isBoolean() && !json.path("do_sample").booleanValue();
    double temperature = json.path("temperature").asDouble(greedy ? 0 : NEUTRAL.temperature());
    double topP = json.path("top_p").asDouble(NEUTRAL.topP());
    int topK = json.path("top_k").asInt(NEUTRAL.topK());
    if (!(temperature >= 0 && temperature <= 2) || !(topP > 0 && topP <= 1) || topK < 0) {
      throw new ModelFormatException(
          file,
          "temperature %s, top_p %s, top_k %s: expected 0 to 2, (0, 1], 0 or more"
              .formatted(temperature, topP, topK));
    }
    return new GenerationDefaults(temperature, topP, topK);
  }
}
