package dev.hone.inference.constraint;

import java.util.List;
import org.apache.lucene.util.automaton.Automata;

/**
 * A part of a grammar. Counts are compared by what they are made of, other parts by being the same
 * object, since they can be part of themselves.
 */
sealed interface Rule {
  /** What an automaton takes. */
  final class Match implements Rule {
    private final Terminal terminal;

    Match(Terminal terminal) {
      this.terminal = terminal;
    }

    Terminal terminal() {
      return terminal;
    }
  }

  /** One after the other. */
  final class All implements Rule {
    private final List<Rule> parts;

    All(List<Rule> parts) {
      this.parts = List.copyOf(parts);
    }

    List<Rule> parts() {
      return parts;
    }
  }

  /** One of them. */
  final class Either implements Rule {
    private final List<Rule> options;

    Either(List<Rule> options) {
      this.options = List.copyOf(options);
    }

    List<Rule> options() {
      return options;
    }
  }

  /**
   * The same again and again.
   *
   * @param most {@link Integer#MAX_VALUE} for any number
   */
  record Times(Rule item, int least, int most) implements Rule {
    static final int ANY = Integer.MAX_VALUE;

    Times after() {
      return new Times(item, Math.max(0, least - 1), most == ANY ? ANY : most - 1);
    }
  }

  /** A rule that is told later, so that it can be part of itself. */
  final class Later implements Rule {
    private Rule rule;

    void is(Rule told) {
      rule = told;
    }

    Rule rule() {
      return rule;
    }
  }

  /** Nothing at all. */
  Rule NOTHING = new All(List.of());

  static Rule all(Rule... parts) {
    return new All(List.of(parts));
  }

  static Rule either(Rule... options) {
    return new Either(List.of(options));
  }

  static Rule optional(Rule rule) {
    return either(rule, NOTHING);
  }

  /** A text as it stands. */
  static Rule text(String text) {
    return new Match(Terminal.of(Automata.makeString(text)));
  }
}
