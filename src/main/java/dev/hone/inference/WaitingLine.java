package dev.hone.inference;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Predicate;

/** Who waits for one version, each class in its own order. May be used from any thread. */
final class WaitingLine {
  private final Map<Priority, LinkedBlockingDeque<Sequence>> classes =
      new EnumMap<>(Priority.class);

  WaitingLine() {
    for (Priority priority : Priority.values()) {
      classes.put(priority, new LinkedBlockingDeque<>());
    }
  }

  void add(Sequence newcomer) {
    classes.get(newcomer.priority()).addLast(newcomer);
  }

  /** For one that was in already. */
  void addFirst(Sequence preempted) {
    classes.get(preempted.priority()).addFirst(preempted);
  }

  boolean remove(Sequence sequence) {
    return classes.get(sequence.priority()).remove(sequence);
  }

  void removeIf(Predicate<Sequence> gone) {
    classes.values().forEach(waiting -> waiting.removeIf(gone));
  }

  /** In order. */
  Collection<Sequence> of(Priority priority) {
    return classes.get(priority);
  }

  int size(Priority priority) {
    return classes.get(priority).size();
  }

  int size() {
    return classes.values().stream().mapToInt(Collection::size).sum();
  }

  List<Sequence> clear() {
    var all = new ArrayList<Sequence>();
    classes.values().forEach(waiting -> waiting.drainTo(all));
    return all;
  }
}
