package dev.hone.inference;

/**
 * Guesses how a text goes on: as it did the last time after the same few tokens (prompt look-up,
 * Saxena 2023). Costs the same for each token, however long the text is.
 */
final class NgramDraft {
  /** Tokens of the shortest match. */
  static final int SHORTEST = 2;

  private static final int LONGEST = 4;
  private static final int NOWHERE = 0;

  /** Room for the n-grams of a token, and a bit. */
  private static final int PER_TOKEN = 4;

  private static final int LEAST_SIZE = 1 << 10;

  /**
   * By an n-gram's hash the place behind it where it occurred last. One that shares its hash with a
   * later one is forgotten, which costs a draft at most: what is found is compared.
   */
  private int[] places = new int[0];

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
    if (places.length < PER_TOKEN * length) {
      places = new int[Integer.highestOneBit(Math.max(LEAST_SIZE, 2 * PER_TOKEN * length))];
      indexed = 0;
    }
    for (int end = Math.max(SHORTEST, indexed); end < length; end++) {
      for (int n = SHORTEST; n <= Math.min(LONGEST, end); n++) {
        places[hash(tokens, end, n)] = end;
      }
    }
    indexed = length;
  }

  /** Where the end of the text occurred last before, as much of it as possible. */
  private int latest(int[] tokens, int length, int least) {
    for (int n = Math.min(LONGEST, length); n >= Math.min(LONGEST, least); n--) {
      int place = places[hash(tokens, length, n)];
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

  /** Multiplicative, as Knuth's; the upper bits are the mixed ones. */
  private int hash(int[] tokens, int end, int n) {
    int hash = n;
    for (int i = end - n; i < end; i++) {
      hash = (hash ^ tokens[i]) * 0x9E3779B1;
      hash ^= hash >>> 15;
    }
    return hash * 0x9E3779B1 >>> Integer.numberOfLeadingZeros(places.length - 1);
  }
}
