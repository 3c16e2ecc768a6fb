package dev.hone.model;

import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * Keys and values of several sequences, each in a contiguous slot: keys [slots, kvHeads, headSize,
 * positions], so that decoding multiplies them as they lie, values [slots, kvHeads, positions,
 * headSize]; one of each a layer, f32. Grows to what is reserved, by whole blocks of positions,
 * within a bound.
 */
public final class KvCache implements AutoCloseable {
  private static final int LEAST_POSITIONS = 256;

  private final Script script;
  private final IValue weights;
  private final int maxSlots;
  private final int window;
  private final CacheMemory memory;
  private int slots;
  private int positions;
  private volatile int blocks;
  private IValue keys;
  private IValue values;

  /**
   * @param weights on whose device the cache lies; not closed with it
   */
  KvCache(Script script, IValue weights, int maxSlots, int window, CacheMemory memory) {
    this.script = script;
    this.weights = weights;
    this.maxSlots = maxSlots;
    this.window = window;
    this.memory = memory;
    if (memory.blocks() < CacheMemory.blocksOf(window)) {
      throw new IllegalArgumentException(
          "a cache of %d tokens holds less than one window of %d"
              .formatted(memory.blocks() * CacheMemory.BLOCK, window));
    }
    this.keys = Script.list(List.of());
    this.values = Script.list(List.of());
  }

  /**
   * Makes room for {@code wantedSlots} sequences of up to {@code wantedPositions}; what those slots
   * hold up to there stays.
   *
   * @return false, and nothing changes, when that would exceed the bound
   */
  public boolean reserve(int wantedSlots, int wantedPositions) {
    if (wantedSlots > maxSlots || wantedPositions > window) {
      return false;
    }
    if (wantedSlots <= slots && wantedPositions <= positions) {
      return true;
    }
    // Generous first, to be asked less often; then as little as will do.
    int ampleSlots = Math.min(maxSlots, Math.max(slots, powerOfTwo(wantedSlots)));
    int amplePositions =
        Math.max(positions, powerOfTwo(Math.max(wantedPositions, LEAST_POSITIONS)));
    return grown(ampleSlots, amplePositions)
        || grown(wantedSlots, amplePositions)
        || grown(wantedSlots, wantedPositions + wantedPositions / 8)
        || grown(wantedSlots, wantedPositions);
  }

  private boolean grown(int slotCount, int positionCount) {
    int whole = whole(Math.min(window, positionCount));
    if (blocks(slotCount, whole) > memory.blocks()) {
      return false;
    }
    resize(slotCount, whole);
    return true;
  }

  private static int whole(int positionCount) {
    return CacheMemory.blocksOf(positionCount) * CacheMemory.BLOCK;
  }

  private static int blocks(int slotCount, int positionCount) {
    return slotCount * CacheMemory.blocksOf(positionCount);
  }

  private void release() {
    keys = replace(keys, Script.list(List.of()));
    values = replace(values, Script.list(List.of()));
    sized(0, 0);
  }

  private void sized(int newSlots, int newPositions) {
    slots = newSlots;
    positions = newPositions;
    blocks = blocks(slots, positions);
  }

  private static int powerOfTwo(int atLeast) {
    return Integer.highestOneBit(Math.max(1, atLeast - 1)) << (atLeast > 1 ? 1 : 0);
  }

  /** One layer after the other, so that no more than one is there twice. */
  private void resize(int newSlots, int newPositions) {
    boolean done = false;
    try (IValue s = IValue.from((long) newSlots);
        IValue t = IValue.from((long) newPositions);
        IValue ks = IValue.from((long) Math.min(newSlots, slots));
        IValue kt = IValue.from((long) Math.min(positions, newPositions));
        IValue resized = script.call("resize", weights, keys, values, s, t, ks, kt)) {
      done = resized.toLong() == newSlots;
    } finally {
      if (!done) {
        release();
      }
    }
    sized(newSlots, newPositions);
  }

  private static IValue replace(IValue old, IValue by) {
    old.close();
    return by;
  }

  /** Blocks that are taken. From any thread. */
  public int blocks() {
    return blocks;
  }

  /** Copies the first {@code length} positions of a slot over those of another. */
  public void move(int from, int to, int length) {
    checkHolds(Math.max(from, to) + 1, length);
    try (IValue f = IValue.from((long) from);
        IValue t = IValue.from((long) to);
        IValue n = IValue.from((long) length);
        IValue moved = script.call("move", keys, values, f, t, n)) {
      assert moved.toLong() == length;
    }
  }

  /** Exchanges the first {@code length} positions of two slots. */
  public void swap(int one, int other, int length) {
    checkHolds(Math.max(one, other) + 1, length);
    try (IValue a = IValue.from((long) one);
        IValue b = IValue.from((long) other);
        IValue n = IValue.from((long) length);
        IValue swapped = script.call("swap", keys, values, a, b, n)) {
      assert swapped.toLong() == length;
    }
  }

  void checkHolds(int slotCount, int positionCount) {
    if (slotCount > slots || positionCount > positions) {
      throw new IllegalArgumentException(
          "%d slots of %d positions were not reserved, only %d of %d"
              .formatted(slotCount, positionCount, slots, positions));
    }
  }

  IValue keys() {
    return keys;
  }

  IValue values() {
    return values;
  }

  @Override
  public void close() {
    sized(0, 0);
    keys.close();
    values.close();
  }
}
