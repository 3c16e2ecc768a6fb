package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Rotary position embedding: how fast each pair of dimensions turns.
 *
 * <p>Angles are computed in single precision in the order that transformers does, since at far
 * positions the rounding shows in the logits.
 */
public record Rope(double theta, Scaling scaling) implements Positions {
  /** How a model was stretched beyond the window it was first trained on. */
  public sealed interface Scaling {
    record None() implements Scaling {}

    record Linear(double factor) implements Scaling {}

    /** Llama 3.1's: slow turns are stretched, fast ones stay, those between are blended. */
    record Llama3(
        double factor, double lowFrequencyFactor, double highFrequencyFactor, double originalWindow)
        implements Scaling {}
  }

  static Rope read(JsonNode config) {
    // transformers 5 writes rope_parameters with everything in it; before, two fields.
    JsonNode parameters = config.path("rope_parameters");
    JsonNode scaling = parameters.isObject() ? parameters : config.path("rope_scaling");
    double theta = parameters.path("rope_theta").asDouble(config.path("rope_theta").asDouble(1e4));
    String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    return new Rope(
        theta,
        switch (type) {
          // The dynamic kind stretches only what is longer than max_position_embeddings.
          case "default", "dynamic" -> new Scaling.None();
          case "linear" -> new Scaling.Linear(scaling.path("factor").asDouble());
          case "llama3" ->
              new Scaling.Llama3(
                  scaling.path("factor").asDouble(),
                  scaling.path("low_freq_factor").asDouble(),
                  scaling.path("high_freq_factor").asDouble(),
                  scaling.path("original_max_position_embeddings").asDouble());
          default ->
              throw new UnsupportedModelException(
                  "rope scaling '%s' is not supported, only default, dynamic, linear and llama3"
                      .formatted(type));
        });
  }

  /** Turn per position of each pair of dimensions, [headSize / 2]. */
  float[] inverseFrequencies(int headSize) {
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float frequency = 1f / (float) Math.pow(theta, (float) (2 * i) / headSize);
      frequencies[i] = scale(frequency);
    }
    return frequencies;
  }

  private float scale(float frequency) {
    return switch (scaling) {
      case Scaling.None() -> frequency;
      case Scaling.Linear(double factor) -> (float) (frequency / factor);
      case Scaling.Llama3(double factor, double low, double high, double window) -> {
        double wavelength = 2 * Math.PI / frequency;
        double blend = Math.clamp((window / wavelength - low) / (high - low), 0, 1);
        yield (float) ((1 - blend) * frequency / factor + blend * frequency);
      }
    };
  }

  /** cos of every angle, [positions, headSize]; the second half repeats the first. */
  float[] cosines(int positions, int headSize) {
    return table(positions, headSize, (angle, _) -> (float) Math.cos(angle));
  }

  /** sin likewise, negated in the first half: it multiplies x rolled by half a head. */
  float[] signedSines(int positions, int headSize) {
    return table(
        positions,
        headSize,
        (angle, firstHalf) -> (float) (firstHalf ? -Math.sin(angle) : Math.sin(angle)));
  }

  private interface Entry {
    float of(float angle, boolean firstHalf);
  }

  private float[] table(int positions, int headSize, Entry entry) {
    float[] frequencies = inverseFrequencies(headSize);
    int half = headSize / 2;
    float[] table = new float[positions * headSize];
    for (int position = 0; position < positions; position++) {
      for (int i = 0; i < headSize; i++) {
        float angle = position * frequencies[i % half];
        table[position * headSize + i] = entry.of(angle, i < half);
      }
    }
    return table;
  }
}
