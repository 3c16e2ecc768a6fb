package dev.hone.inference.constraint;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.Transition;

/**
 * A regular part of a grammar: a deterministic automaton over the bytes of UTF-8, from each of
 * whose states an end can be reached. The same one only if it is the same object.
 */
final class Terminal {
  static final int START = 0;

  /** Work that making an automaton deterministic may take; patterns can be hostile. */
  static final int MOST_WORK = 200_000;

  private static final int BYTES = 256;

  private final short[] columns;
  private final int[] table;
  private final int width;
  private final boolean[] accepting;
  private final boolean[] goesOn;

  private Terminal(Automaton bytes) {
    int states = bytes.getNumStates();
    int[] wide = new int[states * BYTES];
    Arrays.fill(wide, -1);
    accepting = new boolean[states];
    goesOn = new boolean[states];
    var transition = new Transition();
    for (int state = 0; state < states; state++) {
      accepting[state] = bytes.isAccept(state);
      int count = bytes.initTransition(state, transition);
      goesOn[state] = count > 0;
      for (int i = 0; i < count; i++) {
        bytes.getNextTransition(transition);
        for (int b = transition.min; b <= transition.max; b++) {
          wide[state * BYTES + b] = transition.dest;
        }
      }
    }
    columns = columns(wide, states);
    width = width(columns);
    table = new int[states * width];
    for (int state = 0; state < states; state++) {
      for (int b = 0; b < BYTES; b++) {
        table[state * width + columns[b]] = wide[state * BYTES + b];
      }
    }
  }

  /** Bytes that no state tells apart share a column. */
  private static short[] columns(int[] wide, int states) {
    short[] columns = new short[BYTES];
    Map<IntBuffer, Short> known = new HashMap<>();
    for (int b = 0; b < BYTES; b++) {
      int[] column = new int[states];
      for (int state = 0; state < states; state++) {
        column[state] = wide[state * BYTES + b];
      }
      columns[b] = known.computeIfAbsent(IntBuffer.wrap(column), _ -> (short) known.size());
    }
    return columns;
  }

  private static int width(short[] columns) {
    int width = 0;
    for (short column : columns) {
      width = Math.max(width, column + 1);
    }
    return width;
  }

  /**
   * @param characters over Unicode's code points without surrogates
   * @throws org.apache.lucene.util.automaton.TooComplexToDeterminizeException if it grows too large
   * @throws IllegalArgumentException if it takes nothing
   */
  static Terminal of(Automaton characters) {
    var bytes =
        Operations.removeDeadStates(
            Operations.determinize(
                Utf8.of(Operations.determinize(characters, MOST_WORK)), MOST_WORK));
    if (bytes.getNumStates() == 0) {
      throw new IllegalArgumentException("nothing can be written");
    }
    return new Terminal(bytes);
  }

  int states() {
    return accepting.length;
  }

  /** The state after one more byte; negative if there is none. */
  int next(int state, byte label) {
    return table[state * width + columns[label & 0xff]];
  }

  boolean accepts(int state) {
    return accepting[state];
  }

  /** Whether any byte may follow. */
  boolean goesOn(int state) {
    return goesOn[state];
  }

  /**
   * Numbers states such that those with the same number take the same byte strings of up to a
   * length, and may end after the same ones: Moore's refinement, stopped after as many rounds. Of a
   * string of bounded length it leaves the states near the bound and one for all the others.
   *
   * @return [states]
   */
  int[] likenesses(int length) {
    int states = accepting.length;
    int[] known = new int[states];
    for (int state = 0; state < states; state++) {
      known[state] = accepting[state] ? 1 : 0;
    }
    int count = 0;
    for (int round = 0; round < length; round++) {
      Map<IntBuffer, Integer> numbers = new HashMap<>();
      int[] refined = new int[states];
      for (int state = 0; state < states; state++) {
        refined[state] = numbers.computeIfAbsent(signature(state, known), _ -> numbers.size());
      }
      known = refined;
      if (numbers.size() == count) {
        return known;
      }
      count = numbers.size();
    }
    return known;
  }

  private IntBuffer signature(int state, int[] known) {
    int[] signature = new int[width + 1];
    signature[width] = known[state];
    for (int column = 0; column < width; column++) {
      int next = table[state * width + column];
      signature[column] = next < 0 ? -1 : known[next];
    }
    return IntBuffer.wrap(signature);
  }
}
