package dev.hone.inference;

import dev.hone.inference.constraint.Constraint;
import dev.hone.inference.constraint.Position;
import java.util.Optional;

/** How far an answer has come in what its text is held to, if to anything. */
final class Steering {
  private final Optional<Constraint> constraint;
  private Position position;

  Steering(Optional<Constraint> constraint) {
    this.constraint = constraint;
    this.position = constraint.map(Constraint::start).orElse(null);
  }

  private Steering(Steering other) {
    this.constraint = other.constraint;
    this.position = other.position;
  }

  /** Goes its own way from here. */
  Steering copy() {
    return new Steering(this);
  }

  boolean constrained() {
    return constraint.isPresent();
  }

  /** What may be drawn next; empty for everything. */
  Optional<TokenSet> allowed() {
    return constraint.map(held -> held.allowed(position));
  }

  /** The edits, or none where they would leave nothing of what may be drawn. */
  Shaping.Edits possible(Shaping.Edits edits) {
    return constraint
        .map(held -> held.allowed(position))
        .filter(allowed -> banned(edits, allowed) == allowed.size())
        .map(_ -> Shaping.Edits.NONE)
        .orElse(edits);
  }

  private static int banned(Shaping.Edits edits, TokenSet allowed) {
    int banned = 0;
    for (int i = 0; i < edits.tokens().length; i++) {
      boolean out = edits.addends()[i] == Float.NEGATIVE_INFINITY;
      banned += out && allowed.contains(edits.tokens()[i]) ? 1 : 0;
    }
    return banned;
  }

  void follow(int token) {
    constraint.ifPresent(held -> position = held.after(position, token));
  }
}
