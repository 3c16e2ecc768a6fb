package dev.hone.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.KvCache;
import dev.hone.model.NextTokens;
import dev.hone.model.PromptRun;
import java.util.Arrays;
import java.util.List;

/** One way through the weights: with or without adapters. */
interface Pass {
  /**
   * What {@link ModelRunner#step} takes, or some of it.
   *
   * @param versions [next + runs]
   */
  record Rows(NextTokens next, List<PromptRun> runs, int[] versions) {
    /** Tokens of all. */
    int count() {
      return next.count() + runs.stream().mapToInt(run -> run.tokens().length).sum();
    }
  }

  /**
   * @return [rows, vocabulary], owned by {@code step}
   */
  NDArray logits(NDManager step, KvCache cache, Rows rows);

  /** Begins what {@link ModelRunner#read} does; goes on between other uses of the networks. */
  TextReading read(int[] tokens, int version);

  /** For so many slots of a whole window. */
  KvCache newCache(int slots);

  /**
   * Takes a prompt in and decodes one and two, in a cache of its own: whatever is done lazily is
   * done then, and what can't work fails.
   *
   * @param window positions that a slot may have
   */
  default void tryOut(NDManager manager, int version, int token, int window) {
    int[] prompt = new int[Math.min(PerBatch.SIZES.getLast() + 1, window)];
    Arrays.fill(prompt, token);
    try (var cache = newCache(2);
        NDManager step = manager.newSubManager()) {
      cache.reserve(2, prompt.length);
      var run = new PromptRun(0, 0, prompt, true);
      logits(step, cache, new Rows(NextTokens.NONE, List.of(run), new int[] {version}));
      var one = NextTokens.first(new int[] {token}, new int[] {1});
      logits(step, cache, new Rows(one, List.of(), new int[] {version}));
      var two = NextTokens.first(new int[] {token, token}, new int[] {1, 0});
      logits(step, cache, new Rows(two, List.of(), new int[] {version, ModelRunner.BASE}));
    }
  }
}
