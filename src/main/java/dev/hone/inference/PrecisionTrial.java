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

  record Usable(Precision precision, TextLoss.Loss loss, Speeds tokensPerSecond)
      implements PrecisionTrial {}

  /** Never chosen by itself, and so not timed. */
  record TooLossy(Precision precision, TextLoss.Loss loss) implements PrecisionTrial {}

  /** This machine's libtorch refuses it. */
  record Unavailable(Precision precision, String reason) implements PrecisionTrial {}

  /** For the log and for people. */
  default String describe() {
    return switch (this) {
      case Usable(var precision, var loss, Speeds(var decode, double prefill)) ->
          "%s: %s tok/s decoding %s, %.0f prefill, loss %s"
              .formatted(
                  precision.label(),
                  join(decode.each().stream().map(Math::round)),
                  join(PerBatch.SIZES.stream()),
                  prefill,
                  loss.describe());
      case TooLossy(var precision, var loss) ->
          "%s: refused, it loses %s".formatted(precision.label(), loss.describe());
      case Unavailable(var precision, String reason) ->
          "%s: not on this machine (%s)".formatted(precision.label(), reason);
    };
  }

  private static String join(Stream<?> numbers) {
    return numbers.map(String::valueOf).collect(Collectors.joining("/"));
  }
}
