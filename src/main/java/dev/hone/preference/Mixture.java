package dev.hone.preference;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How much of what is learnt from comes from where: weights of the sources, of which only the
 * proportions count.
 *
 * @param weights 0 or more, one of them above; a source that is not named has 0
 */
public record Mixture(Map<PairSource, Double> weights) {
  private static final String EXPECTED =
      "mixture must be weights of sources such as votes:0.5,imported:0.5, was '%s'";

  public Mixture {
    weights = Map.copyOf(weights);
    if (weights.values().stream().anyMatch(weight -> !(weight >= 0 && weight <= 1e6))
        || weights.values().stream().allMatch(weight -> weight == 0)) {
      throw new IllegalArgumentException(
          "the weights of a mixture must be from 0 to 1,000,000, one of them above 0");
    }
  }

  /**
   * @param text such as {@code votes:0.5,imported:0.5}
   * @throws IllegalArgumentException saying what it must be
   */
  public static Mixture of(String text) {
    Map<PairSource, Double> weights = new EnumMap<>(PairSource.class);
    for (String part : text.split(",", -1)) {
      String[] sides = part.split(":", -1);
      if (sides.length != 2
          || weights.put(source(sides[0], text), weight(sides[1], text)) != null) {
        throw new IllegalArgumentException(EXPECTED.formatted(text));
      }
    }
    return new Mixture(weights);
  }

  private static PairSource source(String name, String text) {
    return PairSource.of(name.strip())
        .orElseThrow(() -> new IllegalArgumentException(EXPECTED.formatted(text)));
  }

  private static double weight(String number, String text) {
    try {
      return Double.parseDouble(number.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(EXPECTED.formatted(text), e);
    }
  }

  /**
   * The most of each source that can be taken in these proportions. A source that has nothing does
   * not count: the others stand in for it.
   *
   * @param there how many examples each has
   * @return how many of them are taken
   */
  Map<PairSource, Integer> quota(Map<PairSource, Integer> there) {
    // The source that runs out first, for its weight, decides how many a weight of 1 stands for.
    double ofOne =
        weights.entrySet().stream()
            .filter(of -> of.getValue() > 0 && there.getOrDefault(of.getKey(), 0) > 0)
            .mapToDouble(of -> there.get(of.getKey()) / of.getValue())
            .min()
            .orElse(0);
    Map<PairSource, Integer> quota = new EnumMap<>(PairSource.class);
    there.forEach(
        (source, count) -> {
          long share = Math.round(weights.getOrDefault(source, 0.0) * ofOne);
          quota.put(source, (int) Math.min(count, share));
        });
    return quota;
  }

  /** As {@link #of} reads it. */
  @Override
  public String toString() {
    return weights.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(of -> of.getKey().name().toLowerCase(Locale.ROOT) + ":" + of.getValue())
        .collect(Collectors.joining(","));
  }
}
