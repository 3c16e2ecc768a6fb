package dev.hone.inference;

import dev.hone.model.CacheMemory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which engine was given which prompts lately: of each its whole, and its beginnings of whole
 * blocks, as these are what an engine stores. What is asked for least is forgotten first. For any
 * thread.
 *
 * <p>The next question of a conversation goes on from the longest beginning that is known of it,
 * and few other prompts do. A beginning from which many prompts go on in their own ways, such as a
 * system prompt, says nothing about which conversation it is.
 */
final class Beginnings {
  /** Prompts that may go on from a beginning until it is everybody's: a question, asked anew. */
  static final int OF_ONE = 4;

  private static final int MOST = 1 << 16;
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  /** Guards {@link #known} and what is in it. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<Long, Beginning> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Beginning> eldest) {
          return size() > MOST;
        }
      };

  private static final class Beginning {
    private int engine;
    private int followers;
  }

  /**
   * A prompt by the hashes of its beginnings. Two that share one by chance are sent to the same
   * engine, no more.
   *
   * @param hashes of the first so many tokens and the version, [length + 1]
   */
  record Prompt(long[] hashes) {
    static Prompt of(String version, int[] tokens) {
      long[] hashes = new long[tokens.length + 1];
      hashes[0] = version.hashCode();
      for (int i = 0; i < tokens.length; i++) {
        long mixed = (hashes[i] ^ tokens[i]) * MULTIPLIER;
        hashes[i + 1] = mixed ^ mixed >>> Integer.SIZE;
      }
      return new Prompt(hashes);
    }

    int length() {
      return hashes.length - 1;
    }
  }

  /** The engine that was given the conversation which the prompt goes on with. */
  OptionalInt engineOf(Prompt prompt) {
    lock.lock();
    try {
      for (int length = prompt.length(); length > 0; length--) {
        var beginning = known.get(prompt.hashes()[length]);
        if (beginning != null) {
          // The same prompt once more is none that goes on from it in its own way.
          beginning.followers += length < prompt.length() ? 1 : 0;
          return beginning.followers <= OF_ONE
              ? OptionalInt.of(beginning.engine)
              : OptionalInt.empty();
        }
      }
      return OptionalInt.empty();
    } finally {
      lock.unlock();
    }
  }

  /** The engine has the prompt. */
  void given(Prompt prompt, int engine) {
    lock.lock();
    try {
      for (int length = CacheMemory.BLOCK; length < prompt.length(); length += CacheMemory.BLOCK) {
        remember(prompt.hashes()[length], engine);
      }
      remember(prompt.hashes()[prompt.length()], engine);
    } finally {
      lock.unlock();
    }
  }

  private void remember(long hash, int engine) {
    known.computeIfAbsent(hash, _ -> new Beginning()).engine = engine;
  }
}
