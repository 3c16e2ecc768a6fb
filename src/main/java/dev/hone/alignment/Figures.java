package dev.hone.alignment;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Means and bounds over what a step learns from, by TRL's names where it has one. Not for several
 * threads.
 */
public final class Figures {
  public static final String LOSS = "loss";

  private record Mean(double sum, double weight) {
    double value() {
      return sum / weight;
    }
  }

  /** How far the mean of one name is above that of another. */
  private record Difference(String above, String below) {}

  private final Map<String, Mean> means = new LinkedHashMap<>();
  private final Map<String, Difference> differences = new LinkedHashMap<>();

  /** One more of equal weight. */
  public void add(String name, double value) {
    add(name, value, 1);
  }

  /**
   * @param weight above 0, such as the number of tokens that the value is the mean of
   */
  public void add(String name, double value, double weight) {
    means.merge(
        name,
        new Mean(value * weight, weight),
        (a, b) -> new Mean(a.sum + b.sum, a.weight + b.weight));
  }

  /** The least of all values that a name is given. */
  public void least(String name, double value) {
    means.merge(name, new Mean(value, 1), (a, b) -> a.sum <= b.sum ? a : b);
  }

  /** The greatest, likewise. */
  public void most(String name, double value) {
    means.merge(name, new Mean(value, 1), (a, b) -> a.sum >= b.sum ? a : b);
  }

  /** How far one name's mean is above another's, told where a step has both. */
  public void difference(String name, String above, String below) {
    differences.put(name, new Difference(above, below));
  }

  /** The step's loss. */
  public double loss() {
    return means.get(LOSS).value();
  }

  /** All but the loss, in the order of their first values, and the differences last. */
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    means.forEach((name, mean) -> metrics.put(name, mean.value()));
    differences.forEach(
        (name, difference) -> {
          Mean above = means.get(difference.above);
          Mean below = means.get(difference.below);
          if (above != null && below != null) {
            metrics.put(name, above.value() - below.value());
          }
        });
    metrics.remove(LOSS);
    return metrics;
  }
}
