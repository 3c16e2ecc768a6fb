package dev.hone.feedback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.hone.feedback.FeedbackException.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Votes as JSON. Reading is strict: a typing error must never become another vote. */
public final class VoteJson {
  private static final String KINDS = "rating, comparison, ranking, edit, withdrawal";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .withCoercionConfig(
              LogicalType.Textual,
              scalars ->
                  List.of(
                          CoercionInputShape.Integer,
                          CoercionInputShape.Float,
                          CoercionInputShape.Boolean)
                      .forEach(shape -> scalars.setCoercion(shape, CoercionAction.Fail)))
          .build();

  private VoteJson() {}

  /**
   * A vote as it was posted.
   *
   * @param user whom the client says it comes from
   */
  public record Posted(Vote vote, Optional<String> user) {}

  /**
   * @param body {@code {"kind": ..., ...}} with an optional {@code user}
   * @throws FeedbackException MALFORMED_VOTE or INVALID_VOTE, naming the field
   */
  public static Posted read(byte[] body) {
    ObjectNode object = object(body);
    JsonNode user = object.remove("user");
    try {
      return new Posted(MAPPER.treeToValue(object, Vote.class), user(user));
    } catch (JsonProcessingException e) {
      throw explain(e);
    }
  }

  private static ObjectNode object(byte[] body) {
    try {
      if (MAPPER.readTree(body) instanceof ObjectNode object) {
        return object;
      }
      throw malformed("the body must be a JSON object");
    } catch (JsonProcessingException e) {
      throw malformed("the body is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw malformed("the body is not UTF-8: " + e.getMessage());
    }
  }

  static Vote parse(String json) {
    try {
      return MAPPER.readValue(json, Vote.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored vote cannot be read", e);
    }
  }

  static String write(Vote vote) {
    try {
      return MAPPER.writeValueAsString(vote);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a vote cannot be written", e);
    }
  }

  private static Optional<String> user(JsonNode user) {
    if (user == null) {
      return Optional.empty();
    }
    if (!user.isTextual() || user.textValue().isBlank()) {
      throw malformed("'user' must be a text that is not blank");
    }
    return Optional.of(user.textValue());
  }

  private static FeedbackException explain(JsonProcessingException e) {
    return switch (e) {
      case ValueInstantiationException v when v.getCause() instanceof FeedbackException f -> f;
      case InvalidTypeIdException t when t.getTypeId() == null ->
          malformed("'kind' is required, one of " + KINDS);
      case InvalidTypeIdException t ->
          malformed("unknown kind '%s', expected one of %s".formatted(t.getTypeId(), KINDS));
      case UnrecognizedPropertyException p -> malformed(unknownField(p));
      case InvalidFormatException f ->
          malformed("'%s' cannot be %s".formatted(field(f), f.getValue()));
      case MismatchedInputException m -> malformed("'%s' has the wrong type".formatted(field(m)));
      default -> malformed(e.getOriginalMessage());
    };
  }

  private static String unknownField(UnrecognizedPropertyException e) {
    return "unknown field '%s' in a %s, which has %s"
        .formatted(
            e.getPropertyName(),
            e.getReferringClass().getSimpleName().toLowerCase(Locale.ROOT),
            String.join(", ", e.getKnownPropertyIds().stream().map(String::valueOf).toList()));
  }

  private static String field(JsonMappingException e) {
    return e.getPath().stream()
        .map(JsonMappingException.Reference::getFieldName)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("body");
  }

  private static FeedbackException malformed(String detail) {
    return new FeedbackException(Reason.MALFORMED_VOTE, detail);
  }
}
