package dev.hone.loop;

import dev.hone.preference.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How a round makes its candidate: stages, each of which goes on with what the ones before it made.
 *
 * @param reason why the data led to this plan; null where a person named it
 */
public record Plan(String name, List<Stage> stages, String reason) {
  public Plan {
    stages = List.copyOf(stages);
  }

  Plan because(String why) {
    return new Plan(name, stages, why);
  }

  /** The same, with how much each stage learns from. */
  Plan on(Snapshot snapshot) {
    var counted =
        IntStream.range(0, stages.size())
            .mapToObj(i -> stages.get(i).on(snapshot, stages.subList(0, i)))
            .toList();
    return new Plan(name, counted, reason);
  }

  /**
   * The same where the worker has settled what a stage had left to the data.
   *
   * @param index of the stage, from 0
   */
  Plan settled(int index, Map<String, String> settings) {
    var settled = new ArrayList<>(stages);
    settled.set(index, stages.get(index).settled(settings));
    return new Plan(name, settled, reason);
  }

  /** The stage that makes the candidate. */
  Stage last() {
    return stages.getLast();
  }

  /**
   * Every setting by the name under which it can be set: {@code beta} where there is one stage,
   * {@code dpo.beta} where there are several.
   */
  Map<String, String> settings() {
    if (stages.size() == 1) {
      return last().settings();
    }
    var all = new TreeMap<String, String>();
    for (Stage stage : stages) {
      stage.settings().forEach((name, value) -> all.put(stage.name() + "." + name, value));
    }
    return all;
  }
}
