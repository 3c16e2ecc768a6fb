package dev.hone.inference;

import java.util.Arrays;
import java.util.BitSet;

/** Some of a vocabulary's tokens. Immutable; made once and used for many rows. */
public final class TokenSet {
  private final BitSet tokens;

  public TokenSet(BitSet tokens) {
    this.tokens = (BitSet) tokens.clone();
  }

  public boolean contains(int token) {
    return tokens.get(token);
  }

  int size() {
    return tokens.cardinality();
  }

  public boolean isEmpty() {
    return tokens.isEmpty();
  }

  /** Leaves minus infinity where a token is not in the set. */
  void mask(float[] row) {
    for (int i = tokens.nextClearBit(0); i < row.length; i = tokens.nextClearBit(i + 1)) {
      row[i] = Float.NEGATIVE_INFINITY;
    }
  }

  /** One byte a token, 1 where it is not in the set; written from {@code offset} on. */
  void blocked(byte[] out, int offset, int vocabulary) {
    if (size() > vocabulary / 2) {
      for (int i = tokens.nextClearBit(0); i < vocabulary; i = tokens.nextClearBit(i + 1)) {
        out[offset + i] = 1;
      }
      return;
    }
    // Where few are in it, this is far less to write one by one.
    Arrays.fill(out, offset, offset + vocabulary, (byte) 1);
    tokens.stream().takeWhile(i -> i < vocabulary).forEach(i -> out[offset + i] = 0);
  }
}
