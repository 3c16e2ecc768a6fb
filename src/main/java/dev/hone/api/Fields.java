package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Reads the fields of a JSON object by exact type; {@code null} counts as absent.
 *
 * @param path put before a field's name when it is at fault, as in {@code messages[0].}
 */
record Fields(JsonNode object, String path) {
  Optional<JsonNode> any(String name) {
    return Optional.ofNullable(object.get(name)).filter(node -> !node.isNull());
  }

  JsonNode required(String name) {
    return any(name).orElseThrow(() -> InvalidRequestException.missing(path + name));
  }

  String requiredText(String name) {
    return text(name, required(name));
  }

  Optional<String> text(String name) {
    return any(name).map(node -> text(name, node));
  }

  private String text(String name, JsonNode node) {
    if (!node.isTextual()) {
      throw InvalidRequestException.wrongType(path + name, "a string");
    }
    return node.textValue();
  }

  boolean flag(String name, boolean otherwise) {
    return any(name)
        .map(
            node -> {
              if (!node.isBoolean()) {
                throw InvalidRequestException.wrongType(path + name, "a boolean");
              }
              return node.booleanValue();
            })
        .orElse(otherwise);
  }

  OptionalDouble number(String name, double least, double most) {
    Optional<JsonNode> given = any(name);
    if (given.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (!given.get().isNumber()) {
      throw InvalidRequestException.wrongType(path + name, "a number");
    }
    double value = given.get().doubleValue();
    if (!(value >= least && value <= most)) {
      throw InvalidRequestException.wrong(
          path + name, "must be between " + shown(least) + " and " + shown(most));
    }
    return OptionalDouble.of(value);
  }

  OptionalInt count(String name, int least, int most) {
    OptionalLong value = whole(name);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.getAsLong() < least || value.getAsLong() > most) {
      throw InvalidRequestException.wrong(
          path + name,
          most == Integer.MAX_VALUE
              ? "must be at least " + least
              : "must be between " + least + " and " + most);
    }
    return OptionalInt.of((int) value.getAsLong());
  }

  OptionalLong whole(String name) {
    Optional<JsonNode> given = any(name);
    if (given.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!given.get().isIntegralNumber()) {
      throw InvalidRequestException.wrongType(path + name, "an integer");
    }
    if (!given.get().canConvertToLong()) {
      throw InvalidRequestException.wrong(path + name, "must be an integer of 64 bits");
    }
    return OptionalLong.of(given.get().longValue());
  }

  void refuseOthers(Set<String> known) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!known.contains(field.getKey())) {
        throw InvalidRequestException.unknown(path + field.getKey());
      }
    }
  }

  /** Refuses, by name, what would change the answer: of several the first by the alphabet. */
  void refuse(Set<String> names, BiPredicate<String, JsonNode> changesNothing) {
    for (String name : names.stream().sorted().toList()) {
      any(name)
          .filter(value -> !changesNothing.test(name, value))
          .ifPresent(
              _ -> {
                throw InvalidRequestException.unsupported(path + name);
              });
    }
  }

  private static String shown(double bound) {
    return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
  }
}
