package dev.hone.inference;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.hone.model.Precision;

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
   * @param single decoding one sequence
   * @param batch decoding sixteen, together
   * @param prefill taking a prompt in
   */
  record Speeds(double single, double batch, double prefill) {}

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
      case Usable(
              var precision,
              double loss,
              Speeds(double single, double batch, double prefill)) ->
          "%s: %.0f tok/s decoding one, %.0f sixteen, %.0f prefill, loss %.2f%%"
              .formatted(precision.label(), single, batch, prefill, 100 * loss);
      case TooLossy(var precision, double loss) ->
          "%s: refused, it loses %.1f%%".formatted(precision.label(), 100 * loss);
      case Unavailable(var precision, String reason) ->
          "%s: not on this machine (%s)".formatted(precision.label(), reason);
    };
  }
}
