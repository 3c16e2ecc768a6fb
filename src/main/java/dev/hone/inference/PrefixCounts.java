package dev.hone.inference;

/** What the prefix cache has saved so far. Counted by one thread, read by any. */
final class PrefixCounts {
  private volatile PrefixUse use = new PrefixUse(0, 0, 0, 0);

  /**
   * @param tokens of a sequence that was let in
   * @param found of these, stored
   */
  void lookedUp(int tokens, int found) {
    var before = use;
    use =
        new PrefixUse(
            before.lookups() + 1,
            before.hits() + (found > 0 ? 1 : 0),
            before.tokens() + tokens,
            before.cachedTokens() + found);
  }

  PrefixUse soFar() {
    return use;
  }
}
