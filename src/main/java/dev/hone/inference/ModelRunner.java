package dev.hone.inference;

import dev.hone.model.CacheMemory;
import dev.hone.model.PromptRun;
import java.util.List;

/**
 * Tokens in, logits out. Keeps the keys and values of up to {@link #slots()} sequences. Used by one
 * thread at a time; any exception means that nothing in the slots may be trusted any more.
 */
public interface ModelRunner extends AutoCloseable {
  /** How many sequences fit in one batch. */
  int slots();

  /** Tokens that a slot can hold. */
  int contextWindow();

  int vocabulary();

  /**
   * Makes room for {@code slots} sequences of up to {@code positions} tokens each. What those slots
   * hold stays. One sequence of the whole window always fits, once other runners that share the
   * memory are trimmed to nothing.
   *
   * @return false, with nothing changed, when there is no memory for that
   */
  boolean reserve(int slots, int positions);

  /** Blocks of memory that the slots take. From any thread. */
  int blocks();

  /**
   * Gives memory back, down to what the first {@code slots} need to hold up to {@code positions}
   * each; what they hold stays.
   */
  void trim(int slots, int positions);

  /**
   * Feeds one token to each of the slots 0 to n - 1, and runs of prompts to others: in them the
   * positions before the run stay as they are, and later ones are forgotten.
   *
   * @param tokens [n]; none where only prompts are fed
   * @param positions [n], how many positions each of those slots holds before
   * @param runs each for a slot of its own behind the first n
   * @return logits of the n tokens, then of the runs that want them
   */
  Logits step(int[] tokens, int[] positions, List<PromptRun> runs);

  /**
   * Begins to make a text a vector, beside the slots and without them.
   *
   * @param tokens one up to {@link #contextWindow}
   */
  TextReading read(int[] tokens);

  /** Copies the first {@code length} positions of a slot over those of another. */
  void move(int from, int to, int length);

  /** Exchanges the first {@code length} positions of two slots. */
  void swap(int one, int other, int length);

  /**
   * Copies whole blocks of {@link CacheMemory#BLOCK} tokens out of a slot to where they outlive it.
   * All runners of an engine share these places.
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
