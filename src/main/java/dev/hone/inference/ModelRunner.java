package dev.hone.inference;

import dev.hone.model.CacheMemory;
import dev.hone.model.PromptRun;
import java.util.List;

/**
 * Tokens in, logits out, by a base and its versions. They are told by numbers, which whoever loads
 * them gives out; the base is {@link #BASE}. Keeps the keys and values of up to {@link #slots()}
 * sequences. Used by one thread at a time; any exception means that nothing in the slots may be
 * trusted any more.
 */
public interface ModelRunner extends AutoCloseable {
  int BASE = 0;

  /** How many sequences fit in one batch. */
  int slots();

  /** Tokens that a slot can hold. */
  int contextWindow();

  int vocabulary();

  /**
   * Makes room for {@code slots} sequences of up to {@code positions} tokens each. What those slots
   * hold stays. One sequence of the whole window always fits.
   *
   * @return false, with nothing changed, when there is no memory for that
   */
  boolean reserve(int slots, int positions);

  /** Blocks of memory that the slots take. From any thread. */
  int blocks();

  /**
   * Feeds one token to each of the slots 0 to n - 1, and runs of tokens to others: in them the
   * positions before the run stay as they are, and later ones are forgotten.
   *
   * @param tokens [n]; none where only runs are fed
   * @param positions [n], how many positions each of those slots holds before
   * @param runs each for a slot of its own behind the first n
   * @param versions [n + runs], numbers of the versions that each token, then each run is for
   * @return logits of the n tokens, then of each run as many as it wants
   */
  Logits step(int[] tokens, int[] positions, List<PromptRun> runs, int[] versions);

  /** The same, where all are for the base. */
  default Logits step(int[] tokens, int[] positions, List<PromptRun> runs) {
    return step(tokens, positions, runs, new int[tokens.length + runs.size()]);
  }

  /** No more steps and readings for a version come, and none of its readings is open. */
  void retire(int version);

  /**
   * Begins to make a text a vector, beside the slots and without them.
   *
   * @param tokens one up to {@link #contextWindow}
   * @param version whose number; it may retire once the reading is closed
   */
  TextReading read(int[] tokens, int version);

  /** Copies the first {@code length} positions of a slot over those of another. */
  void move(int from, int to, int length);

  /** Exchanges the first {@code length} positions of two slots. */
  void swap(int one, int other, int length);

  /**
   * Copies whole blocks of {@link CacheMemory#BLOCK} tokens out of a slot to where they outlive it.
   *
   * @param start positions of the slot before the first of them
   * @param blocks places below {@link CachePlan#prefixes}
   */
  void store(int slot, int start, int[] blocks);

  /** Copies stored blocks over the first positions of a slot. */
  void restore(int slot, int[] blocks);

  @Override
  void close();
}
