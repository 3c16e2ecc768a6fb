package dev.hone.inference;

import dev.hone.inference.constraint.Constraint;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How to draw tokens from the model's distribution.
 *
 * @param temperature 0 means greedy; otherwise logits are divided by it, at most 2
 * @param topP nucleus mass in [0, 1]; 1 keeps all tokens, 0 the likeliest alone
 * @param topK number of tokens kept; 0 keeps all
 * @param minP tokens less likely than this share of the likeliest one go, in [0, 1]; 0 keeps all
 * @param seed makes the draw reproducible
 * @param maxNewTokens upper bound on generated tokens, at least 1
 * @param stop strings that end the answer and are not part of it
 * @param bias what is done to the logits before anything is drawn
 * @param alternatives likeliest tokens to tell of beside each drawn one, at most {@link
 *     #MOST_ALTERNATIVES}
 * @param constraint what the answer's text is held to
 * @param repeatable whether it is computed in one way only, neither drafted ahead nor begun from
 *     what is stored, so that two runs alone are equal to the bit
 */
public record SamplingParams(
    double temperature,
    double topP,
    int topK,
    double minP,
    long seed,
    int maxNewTokens,
    List<String> stop,
    LogitBias bias,
    int alternatives,
    Optional<Constraint> constraint,
    boolean repeatable) {
  /** As OpenAI's. */
  public static final int MOST_ALTERNATIVES = 20;

  public SamplingParams {
    if (!(temperature >= 0 && temperature <= 2)) {
      throw new IllegalArgumentException("temperature must be between 0 and 2, was " + temperature);
    }
    if (!(topP >= 0 && topP <= 1)) {
      throw new IllegalArgumentException("top_p must be between 0 and 1, was " + topP);
    }
    if (topK < 0) {
      throw new IllegalArgumentException("top_k must be 0 (all) or more, was " + topK);
    }
    if (!(minP >= 0 && minP <= 1)) {
      throw new IllegalArgumentException("min_p must be between 0 and 1, was " + minP);
    }
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException("max new tokens must be at least 1, was " + maxNewTokens);
    }
    if (alternatives < 0 || alternatives > MOST_ALTERNATIVES) {
      throw new IllegalArgumentException(
          "alternatives must be between 0 and %d, was %d"
              .formatted(MOST_ALTERNATIVES, alternatives));
    }
    stop = List.copyOf(stop);
  }

  /** Without a share of the likeliest, and with logits as they are. */
  public SamplingParams(
      double temperature, double topP, int topK, long seed, int maxNewTokens, List<String> stop) {
    this(temperature, topP, topK, 0, seed, maxNewTokens, stop, LogitBias.NONE, 0);
  }

  /** Free to say what it wants. */
  public SamplingParams(
      double temperature,
      double topP,
      int topK,
      double minP,
      long seed,
      int maxNewTokens,
      List<String> stop,
      LogitBias bias,
      int alternatives) {
    this(
        temperature,
        topP,
        topK,
        minP,
        seed,
        maxNewTokens,
        stop,
        bias,
        alternatives,
        Optional.empty(),
        false);
  }

  public SamplingParams withSeed(long other) {
    return with(other, stop, constraint, repeatable);
  }

  /** Ends at one more string. */
  public SamplingParams stoppingAt(String other) {
    var stops = Stream.concat(stop.stream(), Stream.of(other)).toList();
    return with(seed, stops, constraint, repeatable);
  }

  public SamplingParams heldTo(Optional<Constraint> other) {
    return with(seed, stop, other, repeatable);
  }

  public SamplingParams withRepeatable(boolean other) {
    return with(seed, stop, constraint, other);
  }

  private SamplingParams with(
      long otherSeed,
      List<String> stops,
      Optional<Constraint> otherConstraint,
      boolean otherRepeatable) {
    return new SamplingParams(
        temperature,
        topP,
        topK,
        minP,
        otherSeed,
        maxNewTokens,
        stops,
        bias,
        alternatives,
        otherConstraint,
        otherRepeatable);
  }
}
