package dev.hone.inference.constraint;

import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.Transition;

/**
 * The characters that a string in an answer may have, and how JSON writes them: as they are, or,
 * where that is not allowed, with a backslash. There is one way for each, so that two spellings of
 * a name can't differ.
 */
final class Characters {
  private static final String ESCAPED = "\"\\\b\f\n\r\t";
  private static final String ESCAPES = "\"\\bfnrt";

  /** What is beyond has bytes that vocabularies lack, and next to no characters. */
  static final int LAST = 0x3FFFF;

  /** One character. */
  static final Automaton ANY =
      Operations.union(
          List.of(
              Automata.makeCharSet(new int[] {'\b', '\t', '\n', '\f', '\r'}),
              Automata.makeCharRange(' ', Character.MIN_SURROGATE - 1),
              Automata.makeCharRange(Character.MAX_SURROGATE + 1, LAST)));

  /** Any number of characters. */
  static final Automaton TEXT = Operations.repeat(ANY);

  private Characters() {}

  /** A string in its quotes, of the given texts. */
  static Terminal string(Automaton texts) {
    return Terminal.of(quoted(texts));
  }

  static Automaton quoted(Automaton texts) {
    var quote = Automata.makeChar('"');
    var possible = Operations.intersection(texts, TEXT);
    return Chain.of(quote, spelled(possible), quote);
  }

  private static Automaton spelled(Automaton texts) {
    var spelled = new Automaton();
    for (int state = 0; state < texts.getNumStates(); state++) {
      spelled.setAccept(spelled.createState(), texts.isAccept(state));
    }
    var transition = new Transition();
    for (int state = 0; state < texts.getNumStates(); state++) {
      List<Transition> escaped = new ArrayList<>();
      int count = texts.initTransition(state, transition);
      for (int i = 0; i < count; i++) {
        texts.getNextTransition(transition);
        addRaw(spelled, state, transition);
        addEscaped(escaped, transition);
      }
      addPaths(spelled, state, escaped);
    }
    spelled.finishState();
    return spelled;
  }

  private static void addRaw(Automaton spelled, int state, Transition range) {
    int from = Math.max(range.min, ' ');
    for (int special : new int[] {'"', '\\'}) {
      if (from <= special && special <= range.max) {
        if (from < special) {
          spelled.addTransition(state, range.dest, from, special - 1);
        }
        from = special + 1;
      }
    }
    if (from <= range.max) {
      spelled.addTransition(state, range.dest, from, range.max);
    }
  }

  private static void addEscaped(List<Transition> escaped, Transition range) {
    for (int i = 0; i < ESCAPED.length(); i++) {
      if (range.min <= ESCAPED.charAt(i) && ESCAPED.charAt(i) <= range.max) {
        var one = new Transition();
        one.min = ESCAPES.charAt(i);
        one.dest = range.dest;
        escaped.add(one);
      }
    }
  }

  private static void addPaths(Automaton spelled, int state, List<Transition> escaped) {
    if (escaped.isEmpty()) {
      return;
    }
    int behindBackslash = spelled.createState();
    spelled.addTransition(state, behindBackslash, '\\');
    escaped.forEach(one -> spelled.addTransition(behindBackslash, one.dest, one.min));
  }
}
