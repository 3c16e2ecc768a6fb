package dev.hone.inference;

import java.util.Arrays;

/**
 * Guesses how a text goes on: as it did the last time after the same few tokens (prompt look-up,
 * Saxena 2023). Costs the same for each token, however long the text is.
 */
final class NgramDraft {
  /** Tokens of the shortest match. */
  static final int SHORTEST = 2;

  private static final int LONGEST = 4;
  private static final int NOWHERE = 0;

  private static final int LEAST_SIZE = 256;

  /**
   * For each n the place behind where an n-gram occurred last, found by its hash and, where another
   * one is there, in the next place that is free: [sizes, twice the text and more].
   */
  private final int[][] places = new int[LONGEST - SHORTEST + 1][0];

  /** The n-grams that end before it are in there; nothing is known yet to follow the others. */
  private int indexed;

  /**
   * @param tokens the text, then anything; it may only grow from call to call
   * @param length of the text
   * @param least tokens that must have occurred before, beyond {@link #SHORTEST} if need be
   * @param most tokens to guess
   * @return that many, or none
   */
  int[] next(int[] tokens, int length, int least, int most) {
    index(tokens, length);
    int place = most > 0 ? latest(tokens, length, least) : NOWHERE;
    if (place == NOWHERE) {
      return new int[0];
    }
    int[] draft = new int[most];
    for (int i = 0; i < most; i++) {
      int from = place + i;
      // Beyond its end the text goes on as it is guessed to.
      draft[i] = from < length ? tokens[from] : draft[from - length];
    }
    return draft;
  }

  private void index(int[] tokens, int length) {
    if (places[0].length < 2 * length) {
      int size = Integer.highestOneBit(Math.max(LEAST_SIZE, 4 * length));
      Arrays.setAll(places, _ -> new int[size]);
      indexed = 0;
    }
    for (int n = SHORTEST; n <= LONGEST; n++) {
      int[] table = places[n - SHORTEST];
      for (int end = Math.max(n, indexed); end < length; end++) {
        table[slot(table, tokens, end, n)] = end;
      }
    }
    indexed = length;
  }

  /** The place behind where the end of the text occurred last, as much of it as possible. */
  private int latest(int[] tokens, int length, int least) {
    for (int n = Math.min(LONGEST, length); n >= Math.min(LONGEST, least); n--) {
      int[] table = places[n - SHORTEST];
      int place = table[slot(table, tokens, length, n)];
      if (place != NOWHERE && same(tokens, length, place, Math.max(n, least))) {
        return place;
      }
    }
    return NOWHERE;
  }

  private static boolean same(int[] tokens, int length, int place, int count) {
    if (place < count) {
      return false;
    }
    for (int i = 1; i <= count; i++) {
      if (tokens[place - i] != tokens[length - i]) {
        return false;
      }
    }
    return true;
  }

  /** Where the table has the n-gram that ends there, or has room for it. */
  private static int slot(int[] table, int[] tokens, int end, int n) {
    int slot = hash(tokens, end, n) & (table.length - 1);
    while (table[slot] != NOWHERE && !same(tokens, end, table[slot], n)) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  /** Multiplicative, as Knuth's, with the upper bits mixed into the lower. */
  private static int hash(int[] tokens, int end, int n) {
    int hash = n;
    for (int i = end - n; i < end; i++) {
      hash = (hash ^ tokens[i]) * 0x9E3779B1;
      hash ^= hash >>> 15;
    }
    return hash;
  }
}
