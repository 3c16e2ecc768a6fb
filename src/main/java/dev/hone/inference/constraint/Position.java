package dev.hone.inference.constraint;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A place in a grammar after some bytes: all the ways in which they can be understood. Immutable
 * but for what it remembers of its successors, which any thread may find again.
 */
public final class Position {
  private static final int BYTES = 256;

  /** One way: within a terminal, with something to follow. */
  record Way(Terminal terminal, int state, Pending then) {}

  private final Grammar grammar;
  private final Set<Way> ways;
  private final boolean complete;
  private final Position[] successors = new Position[BYTES];

  private Position(Grammar grammar, Set<Way> ways, boolean complete) {
    this.grammar = grammar;
    this.ways = ways;
    this.complete = complete;
  }

  /** Before the first byte. */
  static Position start(Grammar grammar, Rule root) {
    var opening = new Opening(grammar);
    opening.open(Pending.NOTHING.after(root));
    return opening.position();
  }

  Set<Way> ways() {
    return ways;
  }

  /** Whether all that has to be written is. */
  public boolean isComplete() {
    return complete;
  }

  /** Whether something may follow. */
  public boolean goesOn() {
    return !ways.isEmpty();
  }

  boolean isDead() {
    return ways.isEmpty() && !complete;
  }

  /** After one more byte; dead if the grammar has no such text. */
  Position next(byte label) {
    Position known = successors[label & 0xff];
    if (known != null) {
      return known;
    }
    var opening = new Opening(grammar);
    for (Way way : ways) {
      int state = way.terminal().next(way.state(), label);
      if (state >= 0) {
        opening.add(new Way(way.terminal(), state, way.then()));
      }
    }
    Position found = grammar.same(opening.position());
    successors[label & 0xff] = found;
    return found;
  }

  /** Where what is pending begins. */
  Position opened(Pending pending) {
    var opening = new Opening(grammar);
    opening.open(pending);
    return grammar.same(opening.position());
  }

  /** Follows rules down to the terminals that they can begin with. */
  private static final class Opening {
    private final Grammar grammar;
    private final Set<Way> ways = new LinkedHashSet<>();
    private final Set<Pending> seen = new HashSet<>();

    /** A list and no recursion: a schema may have thousands of members that can be missing. */
    private final Deque<Pending> unopened = new ArrayDeque<>();

    private boolean complete;

    Opening(Grammar grammar) {
      this.grammar = grammar;
    }

    void add(Way way) {
      if (way.terminal().goesOn(way.state())) {
        ways.add(way);
      }
      if (way.terminal().accepts(way.state())) {
        open(way.then());
      }
    }

    void open(Pending pending) {
      unopened.add(pending);
    }

    private void follow(Pending pending) {
      if (pending.isNothing()) {
        complete = true;
        return;
      }
      if (!seen.add(pending)) {
        return;
      }
      Pending then = pending.then();
      switch (pending.rule()) {
        case Rule.Match match -> add(new Way(match.terminal(), Terminal.START, then));
        case Rule.All all -> {
          Pending parts = then;
          for (Rule part : all.parts().reversed()) {
            parts = parts.after(part);
          }
          open(parts);
        }
        case Rule.Either either -> either.options().forEach(option -> openIfItEnds(option, then));
        case Rule.Times times -> {
          if (times.least() == 0) {
            open(then);
          }
          if (times.most() > 0) {
            openIfItEnds(times.item(), then.after(times.after()));
          }
        }
        case Rule.Later later -> open(then.after(later.rule()));
      }
    }

    private void openIfItEnds(Rule rule, Pending then) {
      if (grammar.ends(rule)) {
        open(then.after(rule));
      }
    }

    Position position() {
      while (!unopened.isEmpty()) {
        follow(unopened.remove());
      }
      return new Position(grammar, ways, complete);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Position position
        && position.complete == complete
        && position.ways.equals(ways);
  }

  @Override
  public int hashCode() {
    return ways.hashCode() + Boolean.hashCode(complete);
  }
}
