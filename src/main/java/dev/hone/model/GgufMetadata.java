package dev.hone.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a GGUF file says about itself, read with the type that the reader expects.
 *
 * @param file named in errors
 * @param values Long, Double, Boolean, String or Lists of one of these
 */
record GgufMetadata(Object file, Map<String, Object> values) {
  private <T> Optional<T> optional(String key, Class<T> type) {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw new ModelFormatException(
          file,
          key + " is a " + value.getClass().getSimpleName() + ", not " + type.getSimpleName());
    }
    return Optional.of(type.cast(value));
  }

  private ModelFormatException missing(String key) {
    return new ModelFormatException(file, "has no " + key);
  }

  Optional<String> text(String key) {
    return optional(key, String.class);
  }

  String requiredText(String key) {
    return text(key).orElseThrow(() -> missing(key));
  }

  Optional<Double> number(String key) {
    return optional(key, Double.class);
  }

  boolean flag(String key) {
    return optional(key, Boolean.class).orElse(false);
  }

  /** A count or an id: not negative, at most 2^31 - 1. */
  Optional<Integer> count(String key) {
    return optional(key, Long.class)
        .map(
            value -> {
              if (value < 0 || value > Integer.MAX_VALUE) {
                throw new ModelFormatException(file, key + " is " + value + ", not a count");
              }
              return value.intValue();
            });
  }

  int requiredCount(String key) {
    return count(key).orElseThrow(() -> missing(key));
  }

  <T> List<T> list(String key, Class<T> type) {
    List<?> raw = optional(key, List.class).orElseThrow(() -> missing(key));
    if (!raw.isEmpty() && !type.isInstance(raw.getFirst())) {
      throw new ModelFormatException(
          file, key + " does not hold elements of type " + type.getSimpleName());
    }
    return raw.stream().map(type::cast).toList();
  }
}
