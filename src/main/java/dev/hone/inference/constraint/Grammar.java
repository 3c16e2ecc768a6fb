package dev.hone.inference.constraint;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A language of texts: rules over regular terminals, so that texts can nest. Positions in it recur
 * and are found once; how many are kept is bounded. For any thread.
 */
public final class Grammar {
  private static final int MOST_POSITIONS = 2_048;

  private final Rule root;
  private final Set<Rule> ending;
  private final ConcurrentHashMap<Position, Position> positions = new ConcurrentHashMap<>();
  private volatile Position start;

  /**
   * @throws UnsupportedSchemaException if there is no text that the rules take
   */
  Grammar(Rule root) {
    this.root = root;
    this.ending = ending(reachable(root));
    if (!ending.contains(root)) {
      throw new UnsupportedSchemaException("$ref", "can never come to an end");
    }
    this.start = Position.start(this, root);
  }

  private static Set<Rule> reachable(Rule root) {
    Set<Rule> found = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Rule> open = new ArrayDeque<>();
    open.add(root);
    while (!open.isEmpty()) {
      Rule rule = open.remove();
      if (!found.add(rule)) {
        continue;
      }
      switch (rule) {
        case Rule.Match _ -> {}
        case Rule.All all -> open.addAll(all.parts());
        case Rule.Either either -> open.addAll(either.options());
        case Rule.Times times -> open.add(times.item());
        case Rule.Later later -> open.add(later.rule());
      }
    }
    return found;
  }

  /** Those that take some text of finite length: grown until nothing is added. */
  private static Set<Rule> ending(Set<Rule> rules) {
    Set<Rule> ending = Collections.newSetFromMap(new IdentityHashMap<>());
    int before;
    do {
      before = ending.size();
      rules.stream().filter(rule -> ends(rule, ending)).forEach(ending::add);
    } while (ending.size() > before);
    return ending;
  }

  private static boolean ends(Rule rule, Set<Rule> ending) {
    return switch (rule) {
      case Rule.Match _ -> true;
      case Rule.All all -> ending.containsAll(all.parts());
      case Rule.Either either -> either.options().stream().anyMatch(ending::contains);
      case Rule.Times times -> times.least() == 0 || ending.contains(times.item());
      case Rule.Later later -> ending.contains(later.rule());
    };
  }

  /** Whether a part of this grammar takes some text of finite length. */
  boolean ends(Rule part) {
    return ending.contains(part);
  }

  Stream<Terminal> terminals() {
    return ending.stream()
        .filter(Rule.Match.class::isInstance)
        .map(rule -> ((Rule.Match) rule).terminal());
  }

  Rule root() {
    return root;
  }

  Position start() {
    return start;
  }

  /** The position that is known already, or this one from now on. */
  Position same(Position position) {
    if (positions.size() >= MOST_POSITIONS) {
      // Positions lead to their successors: only a new start lets go of the old ones.
      positions.clear();
      start = Position.start(this, root);
    }
    Position known = positions.putIfAbsent(position, position);
    return known == null ? position : known;
  }
}
