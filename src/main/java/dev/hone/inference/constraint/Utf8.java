package dev.hone.inference.constraint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Transition;

/**
 * Automata over code points as automata over the bytes of UTF-8. Lucene's own conversion also takes
 * some bytes that are no UTF-8, where a range of characters has spellings of several lengths.
 */
final class Utf8 {
  /** The last code point of each length. */
  private static final int[] LAST = {0x7F, 0x7FF, 0xFFFF, Character.MAX_CODE_POINT};

  private static final int FIRST_CONTINUATION = 0x80;
  private static final int LAST_CONTINUATION = 0xBF;

  private final Automaton.Builder bytes = new Automaton.Builder();

  private Utf8() {}

  /**
   * @param characters without surrogates
   * @return not deterministic
   */
  static Automaton of(Automaton characters) {
    var utf8 = new Utf8();
    for (int state = 0; state < characters.getNumStates(); state++) {
      utf8.bytes.setAccept(utf8.bytes.createState(), characters.isAccept(state));
    }
    var range = new Transition();
    for (int state = 0; state < characters.getNumStates(); state++) {
      int count = characters.initTransition(state, range);
      for (int i = 0; i < count; i++) {
        characters.getNextTransition(range);
        utf8.add(state, range.dest, range.min, range.max);
      }
    }
    return utf8.bytes.finish();
  }

  private void add(int from, int to, int first, int last) {
    int start = first;
    for (int end : LAST) {
      if (start <= end && start <= last) {
        add(from, to, encoded(start), encoded(Math.min(end, last)));
        start = end + 1;
      }
    }
  }

  private static int[] encoded(int character) {
    byte[] utf8 = Character.toString(character).getBytes(StandardCharsets.UTF_8);
    int[] values = new int[utf8.length];
    Arrays.setAll(values, i -> utf8[i] & 0xff);
    return values;
  }

  /** All spellings of one length from the first to the last, in their order. */
  private void add(int from, int to, int[] first, int[] last) {
    int low = first[0];
    int high = last[0];
    if (first.length == 1) {
      bytes.addTransition(from, to, low, high);
      return;
    }
    int[] firstRest = Arrays.copyOfRange(first, 1, first.length);
    int[] lastRest = Arrays.copyOfRange(last, 1, last.length);
    if (low == high) {
      add(by(from, low, low), to, firstRest, lastRest);
      return;
    }
    int[] lowest = all(FIRST_CONTINUATION, firstRest.length);
    int[] highest = all(LAST_CONTINUATION, firstRest.length);
    if (!Arrays.equals(firstRest, lowest)) {
      add(by(from, low, low), to, firstRest, highest);
      low++;
    }
    if (!Arrays.equals(lastRest, highest)) {
      add(by(from, high, high), to, lowest, lastRest);
      high--;
    }
    if (low <= high) {
      add(by(from, low, high), to, lowest, highest);
    }
  }

  private int by(int from, int low, int high) {
    int state = bytes.createState();
    bytes.addTransition(from, state, low, high);
    return state;
  }

  private static int[] all(int value, int length) {
    int[] values = new int[length];
    Arrays.fill(values, value);
    return values;
  }
}
