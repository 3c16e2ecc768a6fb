package dev.hone.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Logits are a function of all tokens in the slot, so a slot mixed up shows in the answer. */
public final class FixedLogitsRunner implements ModelRunner {
  private final int window;
  private final int vocabulary;
  private final Function<int[], float[]> network;
  private final int[][] slots;

  /** Sizes of the decode batches so far, and of the prefill chunks. */
  public final List<Integer> batches = new ArrayList<>();

  public final List<Integer> chunks = new ArrayList<>();

  /** Slots that were kept whenever memory was given back. */
  public final List<Integer> trims = new ArrayList<>();

  public volatile boolean closed;

  /** Tokens that all slots together may hold. */
  public volatile int memory = Integer.MAX_VALUE;

  public FixedLogitsRunner(
      int slots, int window, int vocabulary, Function<int[], float[]> network) {
    this.slots = new int[slots][0];
    this.window = window;
    this.vocabulary = vocabulary;
    this.network = network;
  }

  /** Logits that make {@code token} all but certain. */
  public static float[] certain(int token, int vocabulary) {
    float[] logits = new float[vocabulary];
    logits[token] = 50;
    return logits;
  }

  @Override
  public int slots() {
    return slots.length;
  }

  @Override
  public int contextWindow() {
    return window;
  }

  @Override
  public int vocabulary() {
    return vocabulary;
  }

  @Override
  public boolean reserve(int slotCount, int positions) {
    return positions <= window && (slotCount == 1 || slotCount * positions <= memory);
  }

  @Override
  public void trim(int slotCount, int positions) {
    trims.add(slotCount);
  }

  @Override
  public float[] prefill(int slot, int position, int[] tokens) {
    chunks.add(tokens.length);
    return feed(slot, position, tokens);
  }

  @Override
  public float[] decode(int[] tokens, int[] positions) {
    batches.add(tokens.length);
    float[] logits = new float[tokens.length * vocabulary];
    for (int i = 0; i < tokens.length; i++) {
      float[] row = feed(i, positions[i], new int[] {tokens[i]});
      System.arraycopy(row, 0, logits, i * vocabulary, vocabulary);
    }
    return logits;
  }

  @Override
  public void move(int from, int to, int length) {
    slots[to] = Arrays.copyOf(slots[from], length);
  }

  @Override
  public void close() {
    closed = true;
  }

  private float[] feed(int slot, int position, int[] tokens) {
    if (position > slots[slot].length) {
      throw new IllegalStateException("slot " + slot + " has no position " + position);
    }
    int[] all = Arrays.copyOf(slots[slot], position + tokens.length);
    System.arraycopy(tokens, 0, all, position, tokens.length);
    slots[slot] = all;
    return network.apply(all);
  }
}
