package dev.hone.inference.constraint;

import dev.hone.inference.TokenSet;
import java.util.BitSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A grammar in a model's tokens: which of them may come next, so that what has been written can
 * always still become a text of the grammar. Shared by all answers under it; each holds its own
 * {@link Position}. For any thread.
 */
public final class Constraint {
  private static final int MOST_SETS = 1_024;

  private final Grammar grammar;
  private final Vocabulary vocabulary;
  private final ConcurrentHashMap<Position, TokenSet> sets = new ConcurrentHashMap<>();

  public Constraint(Grammar grammar, Vocabulary vocabulary) {
    this.grammar = grammar;
    this.vocabulary = vocabulary;
    // What takes long is done here, by who asks, and not by the engine's thread in its first step.
    grammar.terminals().forEach(terminal -> vocabulary.reach(terminal, Terminal.START));
  }

  /** Before the first token. */
  public Position start() {
    return grammar.start();
  }

  /** What may come next: never empty. A token that ends the turn may where the text is complete. */
  public TokenSet allowed(Position position) {
    TokenSet known = sets.get(position);
    if (known != null) {
      return known;
    }
    TokenSet found = new TokenSet(find(position));
    if (sets.size() >= MOST_SETS) {
      sets.clear();
    }
    sets.put(position, found);
    return found;
  }

  private BitSet find(Position position) {
    var allowed = new BitSet();
    for (Position.Way way : position.ways()) {
      var reach = vocabulary.reach(way.terminal(), way.state());
      allowed.or(reach.inside());
      if (reach.exits().length > 0) {
        Position then = position.opened(way.then());
        for (int exit : reach.exits()) {
          vocabulary.follow(exit, then, allowed);
        }
      }
    }
    if (position.isComplete()) {
      allowed.or(vocabulary.ends());
    }
    return allowed;
  }

  /**
   * After one more token.
   *
   * @throws IllegalArgumentException if it was not allowed
   */
  public Position after(Position position, int token) {
    if (vocabulary.isEnd(token) && position.isComplete()) {
      return position;
    }
    Position at = position;
    for (byte label : vocabulary.bytes(token)) {
      at = at.next(label);
    }
    if (at.isDead() || vocabulary.bytes(token).length == 0) {
      throw new IllegalArgumentException("token " + token + " is not allowed here");
    }
    return at;
  }
}
