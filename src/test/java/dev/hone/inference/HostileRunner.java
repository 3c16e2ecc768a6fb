package dev.hone.inference;

import dev.hone.model.CacheMemory;
import dev.hone.model.PromptRun;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Gives out only so much memory, and breaks now and then. */
final class HostileRunner implements ModelRunner {
  static final String BROKEN = "the runner broke";

  private final ModelRunner real;
  private final CacheMemory memory;
  private final BooleanSupplier breaks;
  private volatile int slots;
  private volatile int positions;

  /**
   * @param breaks asked before each step and each copy
   */
  HostileRunner(ModelRunner real, CacheMemory memory, BooleanSupplier breaks) {
    this.real = real;
    this.memory = memory;
    this.breaks = breaks;
  }

  @Override
  public int slots() {
    return real.slots();
  }

  @Override
  public int contextWindow() {
    return real.contextWindow();
  }

  @Override
  public int vocabulary() {
    return real.vocabulary();
  }

  @Override
  public boolean reserve(int slotCount, int positionCount) {
    if (slotCount <= slots && positionCount <= positions) {
      return true;
    }
    if (blocks(slotCount, positionCount) > memory.blocks()
        || !real.reserve(slotCount, positionCount)) {
      return false;
    }
    sized(slotCount, positionCount);
    return true;
  }

  @Override
  public int blocks() {
    return blocks(slots, positions);
  }

  @Override
  public void retire(int version) {
    real.retire(version);
  }

  private void sized(int slotCount, int positionCount) {
    slots = slotCount;
    positions = positionCount;
  }

  private static int blocks(int slotCount, int positionCount) {
    return slotCount * CacheMemory.blocksOf(positionCount);
  }

  @Override
  public Logits step(int[] tokens, int[] places, List<PromptRun> runs, int[] versions) {
    mayBreak();
    if (tokens.length > slots
        || Arrays.stream(places).anyMatch(place -> place >= positions)
        || runs.stream().anyMatch(run -> run.slot() >= slots || run.end() > positions)) {
      throw new AssertionError("a slot was used that was not reserved");
    }
    return real.step(tokens, places, runs, versions);
  }

  @Override
  public TextReading read(int[] tokens, int version) {
    mayBreak();
    return real.read(tokens, version);
  }

  @Override
  public void move(int from, int to, int length) {
    mayBreak();
    real.move(from, to, length);
  }

  @Override
  public void swap(int one, int other, int length) {
    mayBreak();
    real.swap(one, other, length);
  }

  @Override
  public void store(int slot, int start, int[] blocks) {
    mayBreak();
    real.store(slot, start, blocks);
  }

  @Override
  public void restore(int slot, int[] blocks) {
    mayBreak();
    real.restore(slot, blocks);
  }

  private void mayBreak() {
    if (breaks.getAsBoolean()) {
      throw new IllegalStateException(BROKEN);
    }
  }

  @Override
  public void close() {
    sized(0, 0);
    real.close();
  }
}
