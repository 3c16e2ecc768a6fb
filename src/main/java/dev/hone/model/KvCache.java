package dev.hone.model;

import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * Keys and values of several sequences, each in a contiguous slot: keys [slots, kvHeads, headSize,
 * positions], so that decoding multiplies them as they lie, values [slots, kvHeads, positions,
 * headSize]; one of each a block, f32. Grows to what is reserved, within a bound that it may share
 * with other caches.
 */
public final class KvCache implements AutoCloseable {
  private static final int LEAST_POSITIONS = 256;

  private final Script script;
  private final int maxSlots;
  private final int window;
  private final long bytesPerToken;
  private final CacheMemory memory;
  private int slots;
  private int positions;
  private IValue keys;
  private IValue values;

  KvCache(Script script, Architecture net, int maxSlots, int window, CacheMemory memory) {
    this.script = script;
    this.maxSlots = maxSlots;
    this.window = window;
    this.bytesPerToken = net.cacheBytesPerToken();
    this.memory = memory;
    if (memory.bytes() < bytes(1, window)) {
      throw new IllegalArgumentException(
          "a cache of %d bytes holds %d tokens, less than one window of %d"
              .formatted(memory.bytes(), memory.bytes() / bytesPerToken, window));
    }
    this.keys = Script.list(List.of());
    this.values = Script.list(List.of());
  }

  /**
   * Makes room for {@code wantedSlots} sequences of up to {@code wantedPositions}, keeping what the
   * first {@code wantedSlots - 1} slots hold.
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
        Math.min(
            window, Math.max(positions, powerOfTwo(Math.max(wantedPositions, LEAST_POSITIONS))));
    if (fits(ampleSlots, amplePositions)) {
      resize(ampleSlots, amplePositions, wantedSlots - 1);
      return true;
    }
    if (fits(wantedSlots, wantedPositions)) {
      resize(wantedSlots, wantedPositions, wantedSlots - 1);
      return true;
    }
    return false;
  }

  private boolean fits(int slotCount, int positionCount) {
    return memory.allows(bytes(slots, positions), bytes(slotCount, positionCount));
  }

  private long bytes(int slotCount, int positionCount) {
    return bytesPerToken * slotCount * positionCount;
  }

  /**
   * Gives memory back, down to what the first {@code keptSlots} of up to {@code keptPositions}
   * take; their contents stay.
   */
  public void trim(int keptSlots, int keptPositions) {
    if (keptSlots == 0) {
      release();
      return;
    }
    int fewerSlots = Math.min(slots, keptSlots);
    int fewerPositions = Math.min(positions, keptPositions);
    if (fewerSlots < slots || fewerPositions < positions) {
      resize(fewerSlots, fewerPositions, fewerSlots);
    }
  }

  private void release() {
    keys = replace(keys, Script.list(List.of()));
    values = replace(values, Script.list(List.of()));
    sized(0, 0);
  }

  private void sized(int newSlots, int newPositions) {
    if (newSlots == slots && newPositions == positions) {
      return; // others may be using the shared bound while a cache is closed that never held any
    }
    memory.changed(bytes(slots, positions), bytes(newSlots, newPositions));
    slots = newSlots;
    positions = newPositions;
  }

  private static int powerOfTwo(int atLeast) {
    return Integer.highestOneBit(Math.max(1, atLeast - 1)) << (atLeast > 1 ? 1 : 0);
  }

  private void resize(int newSlots, int newPositions, int keptSlots) {
    int keptPositions = Math.min(positions, newPositions);
    try (IValue s = IValue.from((long) newSlots);
        IValue t = IValue.from((long) newPositions);
        IValue ks = IValue.from((long) Math.min(keptSlots, slots));
        IValue kt = IValue.from((long) keptPositions)) {
      keys = replace(keys, script.call("resizedKeys", keys, s, t, ks, kt));
      values = replace(values, script.call("resizedValues", values, s, t, ks, kt));
    }
    sized(newSlots, newPositions);
  }

  private static IValue replace(IValue old, IValue by) {
    old.close();
    return by;
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
