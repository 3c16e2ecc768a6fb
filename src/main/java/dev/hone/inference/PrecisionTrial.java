package dev.hone.inference;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.hone.model.Precision;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a precision did on this machine with this model. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
@JsonSubTypes({
  @JsonSubTypes.Type(value = PrecisionTrial.Usable.class, name = "usable"),
  @JsonSubTypes.Type(value = PrecisionTrial.TooLossy.class, name = "tooLossy"),
  @JsonSubTypes.Type(value = PrecisionTrial.Unavailable.class, name = "unavailable")
})
public sealed interface PrecisionTrial {
  Precision precision();

  /**
   * Tokens per second.
   *
   * @param decode of all sequences together, by how many are decoded
   * @param prefill taking a prompt in
   */
  record Speeds(PerBatch<Double> decode, double prefill) {}

  /**
   * @param loss by how much perplexity is worse than in f32: 0.01 is one percent
   */
  record Usable(Precision precision, double loss, Speeds tokensPerSecond)
      implements PrecisionTrial {}

  /** Never chosen by itself, and so not timed. */
  record TooLossy(Precision precision, double loss) implements PrecisionTrial {}

  /** This machine's libtorch refuses it. */
  record Unavailable(Precision precision, String reason) implements PrecisionTrial {}

  /** For the log and for people. */
  default String describe() {
    return switch (this) {
      case Usable(var precision, double loss, Speeds(var decode, double prefill)) ->
          "%s: %s tok/s decoding %s, %.0f prefill, loss %.2f%%"
              .formatted(
                  precision.label(),
                  join(decode.each().stream().map(Math::round)),
                  join(PerBatch.SIZES.stream()),
                  prefill,
                  100 * loss);
      case TooLossy(var precision, double loss) ->
          "%s: refused, it loses %.1f%%".formatted(precision.label(), 100 * loss);
      case Unavailable(var precision, String reason) ->
          "%s: not on this machine (%s)".formatted(precision.label(), reason);
    };
  }

  private static String join(Stream<?> numbers) {
    return numbers.map(String::valueOf).collect(Collectors.joining("/"));
  }
}
