package dev.hone.inference.constraint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The constraints on a model's answers that were asked for lately: a program asks for the same one
 * again and again, and all that was found for it serves the next answer. For any thread.
 */
public final class Constraints {
  private static final int MOST = 16;

  private final Supplier<Vocabulary> vocabularies;

  /** Guards the two below; held while the vocabulary's tree grows, which is done once. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<String, Constraint> recent =
      new LinkedHashMap<>(MOST, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Constraint> eldest) {
          return size() > MOST;
        }
      };

  private Vocabulary vocabulary;

  /**
   * @param vocabulary asked for with the first constraint
   */
  public Constraints(Supplier<Vocabulary> vocabulary) {
    this.vocabularies = vocabulary;
  }

  /**
   * @param key the same for the same grammar alone
   * @throws UnsupportedSchemaException what making the grammar throws
   */
  public Constraint of(String key, Supplier<Grammar> grammar) {
    Constraint known = known(key);
    if (known != null) {
      return known;
    }
    Grammar made = grammar.get();
    lock.lock();
    try {
      if (vocabulary == null) {
        vocabulary = vocabularies.get();
      }
      return recent.computeIfAbsent(key, _ -> new Constraint(made, vocabulary));
    } finally {
      lock.unlock();
    }
  }

  private Constraint known(String key) {
    lock.lock();
    try {
      return recent.get(key);
    } finally {
      lock.unlock();
    }
  }
}
