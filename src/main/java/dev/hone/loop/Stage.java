package dev.hone.loop;

import dev.hone.preference.Snapshot;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A step of a plan.
 *
 * @param name its method's, numbered from the second stage of the same method on
 * @param learnsFrom in words, such as {@code pairs}, or {@code what best-of-n chooses}
 * @param examples how many of these there are; null until a snapshot is taken, and where a stage
 *     before has yet to make them
 * @param settings of the method, all of them
 * @param changed names of those that are not at the method's defaults
 */
public record Stage(
    String name,
    String method,
    String learnsFrom,
    Integer examples,
    Map<String, String> settings,
    Set<String> changed) {
  private static final double USUAL_BETA = 0.1;

  public Stage {
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    changed = Collections.unmodifiableSet(new TreeSet<>(changed));
  }

  /**
   * The same where it learns what one of the stages before it makes, in place of what a snapshot
   * has.
   */
  Stage behind(List<Stage> before) {
    return maker(before)
        .map(
            maker ->
                new Stage(
                    name, method, "what %s chooses".formatted(maker.name), null, settings, changed))
        .orElse(this);
  }

  /** The same with how much there is in a snapshot for it. */
  Stage on(Snapshot snapshot, List<Stage> before) {
    if (maker(before).isPresent()) {
      return this;
    }
    int counted = Methods.of(method).learnsFrom(settings).count(snapshot, settings);
    return new Stage(name, method, learnsFrom, counted, settings, changed);
  }

  /** The newest is what is learnt ({@link Made}). */
  private Optional<Stage> maker(List<Stage> before) {
    return Methods.of(method).learnsFrom(settings) == Learns.DEMONSTRATIONS
        ? before.stream()
            .filter(stage -> Methods.of(stage.method).makes() == Makes.DEMONSTRATIONS)
            .reduce((_, later) -> later)
        : Optional.empty();
  }

  /** The same with settings that were left to the data. */
  Stage settled(Map<String, String> all) {
    return new Stage(name, method, learnsFrom, examples, all, changed);
  }

  boolean makesPolicy() {
    return Methods.of(method).makes() == Makes.POLICY;
  }

  long seed() {
    return Long.parseLong(settings.get("seed"));
  }

  /** What a log-ratio to the parent is multiplied by to be an implicit reward. */
  double beta() {
    return beta(settings);
  }

  /** The beta of a method's settings, or a usual one where the method has none. */
  static double beta(Map<String, String> settings) {
    return Optional.ofNullable(settings.get("beta")).map(Double::valueOf).orElse(USUAL_BETA);
  }
}
