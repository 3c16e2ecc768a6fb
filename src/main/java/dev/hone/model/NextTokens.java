package dev.hone.model;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One token for each of some slots of the cache.
 *
 * @param slots [n]; empty for the first n, whose keys and values are read where they lie: those of
 *     others are gathered first
 * @param tokens [n]
 * @param positions [n], how many positions each of those slots holds before
 */
public record NextTokens(int[] slots, int[] tokens, int[] positions) {
  public static final NextTokens NONE = first(new int[0], new int[0]);

  public NextTokens {
    slots = areFirst(slots) ? new int[0] : slots;
  }

  private static boolean areFirst(int[] slots) {
    return IntStream.range(0, slots.length).allMatch(i -> slots[i] == i);
  }

  /** For the first slots. */
  public static NextTokens first(int[] tokens, int[] positions) {
    return new NextTokens(new int[0], tokens, positions);
  }

  public int count() {
    return tokens.length;
  }

  /** The slot of one of them. */
  public int slot(int i) {
    return slots.length == 0 ? i : slots[i];
  }

  /** Slots that the cache must have. */
  int slotCount() {
    return slots.length == 0 ? tokens.length : Arrays.stream(slots).max().orElseThrow() + 1;
  }

  /** Positions that the longest of the slots holds afterwards; at least one. */
  int length() {
    return Arrays.stream(positions).max().orElse(0) + 1;
  }

  static long[] wide(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
