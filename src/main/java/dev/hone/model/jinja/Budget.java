package dev.hone.model.jinja;

import java.util.List;

/** What one rendering has used of its limits. */
final class Budget {
  /** How often the clock is read; a step may scan a long text, so often enough. */
  private static final int STEPS_PER_LOOK = 64;

  /** An item of a list weighs as much as so many characters. */
  private static final long ITEM_CHARACTERS = 16;

  /** Values nested deeper than any message or tool is. */
  static final int MAX_DEPTH = 200;

  private final Limits limits;
  private final long start = System.nanoTime();
  private long steps;
  private long characters;
  private int depth;

  Budget(Limits limits) {
    this.limits = limits;
  }

  void step() {
    steps++;
    if (steps > limits.steps()) {
      throw new TemplateException("takes more than " + limits.steps() + " steps");
    }
    if (steps % STEPS_PER_LOOK == 0 && System.nanoTime() - start > limits.time().toNanos()) {
      throw new TemplateException("takes longer than " + limits.time().toMillis() + " ms");
    }
  }

  /** To be called before as many items are put into lists or maps. */
  void reserveItems(long count) {
    reserve(Math.multiplyExact(count, ITEM_CHARACTERS));
  }

  /** To be called before as many characters are made. */
  void reserve(long count) {
    characters += count;
    if (count < 0 || characters > limits.characters()) {
      throw new TemplateException("makes more than " + limits.characters() + " characters");
    }
  }

  Text made(Text text) {
    reserve(text.length());
    return text;
  }

  <T> List<T> made(List<T> items) {
    reserveItems(items.size());
    return items;
  }

  void enter() {
    step();
    if (++depth > MAX_DEPTH) {
      throw new TemplateException("is nested deeper than " + MAX_DEPTH);
    }
  }

  void leave() {
    depth--;
  }
}
