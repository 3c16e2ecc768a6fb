package dev.hone.inference.constraint;

/**
 * What is still to be written: a rule, then the rest. A stack that is shared by all that grew from
 * it.
 */
final class Pending {
  static final Pending NOTHING = new Pending(null, null, 0);

  private final Rule rule;
  private final Pending then;
  private final int hash;

  private Pending(Rule rule, Pending then, int hash) {
    this.rule = rule;
    this.then = then;
    this.hash = hash;
  }

  /** The rule, then this. */
  Pending after(Rule first) {
    return new Pending(first, this, 31 * hash + first.hashCode());
  }

  boolean isNothing() {
    return rule == null;
  }

  Rule rule() {
    return rule;
  }

  Pending then() {
    return then;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Pending pending) || pending.hash != hash) {
      return false;
    }
    Pending mine = this;
    Pending theirs = pending;
    while (mine != theirs) {
      if (mine.isNothing() || theirs.isNothing() || !mine.rule.equals(theirs.rule)) {
        return false;
      }
      mine = mine.then;
      theirs = theirs.then;
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
