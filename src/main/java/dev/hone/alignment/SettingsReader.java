package dev.hone.alignment;

import dev.hone.model.LoraTarget;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads settings that are given as texts, and says which of them is wrong. */
public record SettingsReader(Map<String, String> set) {
  private static final String AUTO = "auto";

  /**
   * @param what a good value is
   * @throws IllegalArgumentException unless it holds
   */
  public static void require(boolean holds, String name, String what) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + what);
    }
  }

  public double number(String name, double otherwise) {
    return parsed(name, otherwise, Double::valueOf, "a number");
  }

  public int count(String name, int otherwise) {
    return parsed(name, otherwise, Integer::valueOf, "a whole number");
  }

  public long whole(String name, long otherwise) {
    return parsed(name, otherwise, Long::valueOf, "a whole number");
  }

  public boolean flag(String name, boolean otherwise) {
    return parsed(
        name,
        otherwise,
        text -> {
          if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("neither true nor false");
          }
          return text.equals("true");
        },
        "true or false");
  }

  /** A constant by its name in lower case. */
  public <C extends Enum<C>> C choice(String name, C otherwise) {
    var type = otherwise.getDeclaringClass();
    var labels = Stream.of(type.getEnumConstants()).map(SettingsReader::label).toList();
    return parsed(
        name,
        otherwise,
        text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT)),
        "one of " + String.join(", ", labels));
  }

  public Set<LoraTarget> targets(String name, Set<LoraTarget> otherwise) {
    return parsed(
        name,
        otherwise,
        text ->
            Arrays.stream(text.split(","))
                .map(target -> LoraTarget.valueOf(target.strip().toUpperCase(Locale.ROOT)))
                .collect(Collectors.toSet()),
        "a list of " + labels(EnumSet.allOf(LoraTarget.class)));
  }

  /** Empty for whichever is measured to be faster. */
  public Optional<ComputeType> compute(String name) {
    return parsed(
        name,
        Optional.empty(),
        text ->
            text.equals(AUTO)
                ? Optional.empty()
                : Optional.of(ComputeType.valueOf(text.toUpperCase(Locale.ROOT))),
        "one of " + List.of(AUTO, ComputeType.F32.label(), ComputeType.BF16.label()));
  }

  /** Empty for what follows from the data. */
  public OptionalDouble numberOrAuto(String name) {
    return parsed(
        name,
        OptionalDouble.empty(),
        text ->
            text.equals(AUTO)
                ? OptionalDouble.empty()
                : OptionalDouble.of(Double.parseDouble(text)),
        "a number or " + AUTO);
  }

  /** Empty for what follows from the training. */
  public OptionalInt countOrAuto(String name) {
    return parsed(
        name,
        OptionalInt.empty(),
        text -> text.equals(AUTO) ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text)),
        "a whole number or " + AUTO);
  }

  /** As {@link #countOrAuto} reads it. */
  public static String label(OptionalInt count) {
    return count.isPresent() ? "" + count.getAsInt() : AUTO;
  }

  /** As {@link #numberOrAuto} reads it. */
  public static String label(OptionalDouble number) {
    return number.isPresent() ? "" + number.getAsDouble() : AUTO;
  }

  /** As {@link #compute} reads it. */
  public static String label(Optional<ComputeType> compute) {
    return compute.map(ComputeType::label).orElse(AUTO);
  }

  /** As {@link #choice} reads it. */
  public static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** As {@link #targets} reads them. */
  public static String labels(Set<LoraTarget> targets) {
    return targets.stream().sorted().map(SettingsReader::label).collect(Collectors.joining(","));
  }

  /**
   * @throws UnknownSettingException if something else was set
   */
  public void refuseOthers(Set<String> known) {
    for (String name : set.keySet()) {
      if (!known.contains(name)) {
        throw new UnknownSettingException(name, known);
      }
    }
  }

  private <T> T parsed(String name, T otherwise, Function<String, T> parse, String what) {
    String text = set.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      return parse.apply(text.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s must be %s, was '%s'".formatted(name, what, text), e);
    }
  }
}
