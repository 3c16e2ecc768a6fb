package dev.hone.inference;

import dev.hone.model.CacheMemory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a lane's sequences find stored of their tokens, and what they leave there for others. A
 * sequence with a slot refers to the last block of its own that is stored.
 */
final class LanePrefixes {
  private final ModelRunner runner;
  private final PrefixTree tree;
  private final PrefixCounts counts;
  private final PrefixTree.Node root;
  private final Map<Sequence, PrefixTree.Node> held = new HashMap<>();

  LanePrefixes(ModelRunner runner, PrefixTree tree, PrefixCounts counts) {
    this.runner = runner;
    this.tree = tree;
    this.counts = counts;
    this.root = tree.newRoot();
  }

  /** Tokens of the longest stored prefix that leaves one to be fed. */
  int stored(Sequence sequence) {
    return longest(sequence).length();
  }

  /** Tokens of whole blocks at the beginning of both, of which the first leaves one to be fed. */
  int shared(Sequence sequence, Sequence other) {
    if (sequence.repeatable()) {
      return 0;
    }
    int[] tokens = sequence.tokens();
    int same = Arrays.mismatch(tokens, other.tokens());
    int common = Math.min(same < 0 ? tokens.length : same, tokens.length - 1);
    return common - common % CacheMemory.BLOCK;
  }

  /** Whether nothing is ever stored. */
  boolean none() {
    return tree.capacity() == 0;
  }

  private PrefixTree.Node longest(Sequence sequence) {
    return sequence.repeatable()
        ? root
        : tree.longest(root, Arrays.copyOf(sequence.tokens(), sequence.length() - 1));
  }

  /**
   * Fills a newcomer's slot with what is stored.
   *
   * @return positions that the slot holds then
   */
  int restore(Sequence newcomer, int slot) {
    var node = longest(newcomer);
    tree.hold(node);
    held.put(newcomer, node);
    if (node.depth() > 0) {
      runner.restore(slot, node.blocks(node.depth()));
    }
    counts.lookedUp(newcomer.length(), node.length());
    return node.length();
  }

  /** Stores whole blocks that the slot holds, as far as they are not and there is room. */
  void keep(Sequence sequence, int slot) {
    int[] tokens = sequence.cachedTokens();
    var known = tree.longest(root, tokens);
    tree.hold(known);
    tree.release(held.get(sequence));
    var last = tree.extend(known, tokens);
    held.put(sequence, last);
    int added = last.depth() - known.depth();
    if (added > 0) {
      runner.store(slot, known.length(), last.blocks(added));
    }
  }

  /** The sequence gives its slot up. */
  void release(Sequence sequence) {
    tree.release(held.remove(sequence));
  }

  /** Every sequence has lost its slot, and nothing that is stored may be trusted or is wanted. */
  void forget() {
    held.values().forEach(tree::release);
    held.clear();
    tree.forget(root);
  }
}
