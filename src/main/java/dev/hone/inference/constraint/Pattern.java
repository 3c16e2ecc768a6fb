package dev.hone.inference.constraint;

import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;

/**
 * The regular part of ECMAScript's regular expressions, as JSON Schema has them: literals, classes,
 * groups, alternatives, quantifiers; {@code ^} at the beginning and {@code $} at the end. A pattern
 * without these may stand anywhere in the text.
 */
final class Pattern {
  private static final int MOST_REPEATS = 1_000;
  private static final int MOST_STATES = 20_000;
  private static final String SYNTAX = "^$\\.*+?()[]{}|/-";

  private final String source;
  private int at;

  private Pattern(String source) {
    this.source = source;
  }

  /**
   * @return the texts that the pattern takes
   * @throws IllegalArgumentException if it is malformed or not regular, saying why
   */
  static Automaton texts(String source) {
    var pattern = new Pattern(source);
    List<Automaton> options = new ArrayList<>();
    do {
      options.add(pattern.anchored());
    } while (pattern.take('|'));
    if (pattern.more()) {
      boolean bracket = source.charAt(pattern.at) == ')';
      throw pattern.wrong(bracket ? "has a bracket too many" : "has $ elsewhere than at its end");
    }
    return Operations.union(options);
  }

  /** An alternative of the whole: the only place where anchors are understood. */
  private Automaton anchored() {
    List<Automaton> parts = new ArrayList<>();
    if (!take('^')) {
      parts.add(Characters.TEXT);
    }
    parts.add(sequence());
    if (!take('$')) {
      parts.add(Characters.TEXT);
    }
    return Operations.concatenate(parts);
  }

  private Automaton alternatives() {
    List<Automaton> options = new ArrayList<>();
    do {
      options.add(sequence());
    } while (take('|'));
    return Operations.union(options);
  }

  private Automaton sequence() {
    List<Automaton> parts = new ArrayList<>();
    parts.add(Automata.makeEmptyString());
    while (more() && "|)$".indexOf(source.charAt(at)) < 0) {
      parts.add(quantified(atom()));
    }
    return Operations.concatenate(parts);
  }

  private Automaton quantified(Automaton atom) {
    Automaton result = atom;
    if (take('*')) {
      result = Operations.repeat(atom);
    } else if (take('+')) {
      result = Operations.repeat(atom, 1);
    } else if (take('?')) {
      result = Operations.optional(atom);
    } else if (take('{')) {
      result = counted(atom);
    } else {
      return atom;
    }
    take('?'); // what is taken first makes no difference to what is taken at all
    if (more() && "*+?{".indexOf(source.charAt(at)) >= 0) {
      throw wrong("repeats what is repeated");
    }
    return result;
  }

  private Automaton counted(Automaton atom) {
    int least = count();
    if (take('}')) {
      bound(atom, least);
      return Operations.repeat(atom, least, least);
    }
    expect(',');
    if (take('}')) {
      bound(atom, least);
      return Operations.repeat(atom, least);
    }
    int most = count();
    expect('}');
    if (most < least) {
      throw wrong("has a range of repeats that is empty");
    }
    bound(atom, most);
    return Operations.repeat(atom, least, most);
  }

  /** Repeats of repeats multiply. */
  private void bound(Automaton atom, int times) {
    if ((long) atom.getNumStates() * times > MOST_STATES) {
      throw wrong("repeats too much");
    }
  }

  private int count() {
    int from = at;
    while (more() && source.charAt(at) >= '0' && source.charAt(at) <= '9') {
      at++;
    }
    if (at == from || at - from > 4) {
      throw wrong("has no number of repeats up to " + MOST_REPEATS);
    }
    int count = Integer.parseInt(source.substring(from, at));
    if (count > MOST_REPEATS) {
      throw wrong("repeats more than " + MOST_REPEATS + " times");
    }
    return count;
  }

  private Automaton atom() {
    int character = next();
    return switch (character) {
      case '.' -> except(Automata.makeCharSet(new int[] {'\n', '\r', 0x2028, 0x2029}));
      case '(' -> group();
      case '[' -> characterClass();
      case '\\' -> escape();
      case '^' -> throw wrong("has ^ elsewhere than at its beginning");
      case '*', '+', '?', '{' -> throw wrong("repeats nothing");
      default -> Automata.makeChar(character);
    };
  }

  private Automaton group() {
    if (take('?')) {
      if (take('<')) {
        if (!more() || source.charAt(at) == '=' || source.charAt(at) == '!') {
          throw wrong("looks behind, which is not regular");
        }
        int end = source.indexOf('>', at);
        if (end < 0) {
          throw wrong("has a group's name without an end");
        }
        at = end + 1;
      } else if (!take(':')) {
        throw wrong("looks ahead or sets flags");
      }
    }
    Automaton inner = alternatives();
    if (more() && source.charAt(at) == '$') {
      throw wrong("has $ elsewhere than at its end");
    }
    expect(')');
    return inner;
  }

  private Automaton characterClass() {
    boolean negated = take('^');
    List<Automaton> members = new ArrayList<>();
    while (!take(']')) {
      members.add(member());
    }
    Automaton all = members.isEmpty() ? Automata.makeEmpty() : Operations.union(members);
    return negated ? except(all) : all;
  }

  private Automaton member() {
    int first = next();
    if (first == '\\') {
      Automaton shorthand = shorthand();
      if (shorthand != null) {
        return shorthand;
      }
      first = escaped();
    }
    boolean range = at + 1 < source.length() && source.charAt(at) == '-';
    if (!range || source.charAt(at + 1) == ']') {
      return Automata.makeChar(first);
    }
    at++;
    int last = next();
    if (last == '\\') {
      last = escaped();
    }
    if (last < first) {
      throw wrong("has a range of characters that is empty");
    }
    return Automata.makeCharRange(first, last);
  }

  private Automaton escape() {
    Automaton shorthand = shorthand();
    return shorthand == null ? Automata.makeChar(escaped()) : shorthand;
  }

  /** A class that a letter stands for; null, with nothing taken, if it is none. */
  private Automaton shorthand() {
    if (!more()) {
      throw wrong("ends with a backslash");
    }
    Automaton found =
        switch (source.charAt(at)) {
          case 'd' -> digits();
          case 'D' -> except(digits());
          case 'w' -> word();
          case 'W' -> except(word());
          case 's' -> space();
          case 'S' -> except(space());
          default -> null;
        };
    if (found != null) {
      at++;
    }
    return found;
  }

  private int escaped() {
    int character = next();
    return switch (character) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'f' -> '\f';
      case 'x' -> hexadecimal(2);
      case 'u' -> hexadecimal(4);
      default -> {
        if (SYNTAX.indexOf(character) < 0) {
          throw wrong("has \\" + Character.toString(character));
        }
        yield character;
      }
    };
  }

  private int hexadecimal(int digits) {
    String number = source.substring(at, Math.min(at + digits, source.length()));
    if (!number.matches("[0-9a-fA-F]{" + digits + "}")) {
      throw wrong("has a character's number without its " + digits + " digits");
    }
    at += digits;
    return Integer.parseInt(number, 16);
  }

  private static Automaton digits() {
    return Automata.makeCharRange('0', '9');
  }

  private static Automaton word() {
    return Operations.union(
        List.of(
            digits(),
            Automata.makeCharRange('a', 'z'),
            Automata.makeCharRange('A', 'Z'),
            Automata.makeChar('_')));
  }

  private static Automaton space() {
    return Automata.makeCharSet(
        new int[] {
          '\t', '\n', 0x0B, '\f', '\r', ' ', 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
          0xFEFF
        });
  }

  private static Automaton except(Automaton characters) {
    return Operations.minus(Characters.ANY, characters, Terminal.MOST_WORK);
  }

  private boolean more() {
    return at < source.length();
  }

  private int next() {
    if (!more()) {
      throw wrong("ends too early");
    }
    int character = source.codePointAt(at);
    at += Character.charCount(character);
    return character;
  }

  private boolean take(char character) {
    if (!more() || source.charAt(at) != character) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char character) {
    if (!take(character)) {
      throw wrong("lacks a " + character);
    }
  }

  private IllegalArgumentException wrong(String problem) {
    return new IllegalArgumentException(problem + ", at character " + at);
  }
}
