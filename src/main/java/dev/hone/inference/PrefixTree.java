package dev.hone.inference;

import dev.hone.model.CacheMemory;
import java.nio.IntBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which stored block holds the keys and values of which tokens. They depend on all tokens before
 * them and on the version, so blocks hang in trees, with a root for each version. When room is
 * needed the leaf that nobody has used for longest goes, unless a sequence refers to it. Belongs to
 * the engine's thread, but for the counts.
 */
final class PrefixTree {
  private static final int BLOCK = CacheMemory.BLOCK;

  private final int capacity;
  private final Deque<Integer> free = new ArrayDeque<>();
  private final TreeSet<Node> evictable =
      new TreeSet<>(Comparator.comparingLong(node -> node.lastUse));
  private long uses;
  private volatile int used;

  PrefixTree(int capacity) {
    this.capacity = capacity;
    IntStream.range(0, capacity).forEach(free::add);
  }

  /** A block of tokens after those of its parents; the root of a version holds none. */
  static final class Node {
    private final Node parent;
    private final IntBuffer tokens;
    private final int block;
    private final int depth;
    private final Map<IntBuffer, Node> children = new HashMap<>();
    private int references;
    private long lastUse;

    private Node(Node parent, IntBuffer tokens, int block) {
      this.parent = parent;
      this.tokens = tokens;
      this.block = block;
      this.depth = parent == null ? 0 : parent.depth + 1;
    }

    /** Blocks from the beginning up to this one. */
    int depth() {
      return depth;
    }

    /** Tokens from the beginning up to the end of this block. */
    int length() {
      return depth * BLOCK;
    }

    /** Places of the last so many blocks up to this one, in order. */
    int[] blocks(int count) {
      int[] blocks = new int[count];
      Node node = this;
      for (int i = count - 1; i >= 0; i--, node = node.parent) {
        blocks[i] = node.block;
      }
      return blocks;
    }

    private boolean evictable() {
      return parent != null && references == 0 && children.isEmpty();
    }
  }

  int capacity() {
    return capacity;
  }

  /** Blocks that hold something. From any thread. */
  int used() {
    return used;
  }

  /** Of a version that nothing is stored of. */
  Node newRoot() {
    return new Node(null, IntBuffer.allocate(0), -1);
  }

  /** Where the longest stored prefix of the tokens ends. */
  Node longest(Node root, int[] tokens) {
    Node node = root;
    while (node.length() + BLOCK <= tokens.length) {
      Node next = node.children.get(next(node, tokens));
      if (next == null) {
        return node;
      }
      node = next;
    }
    return node;
  }

  private static IntBuffer next(Node node, int[] tokens) {
    return IntBuffer.wrap(tokens, node.length(), BLOCK);
  }

  /** Nothing up to here goes until it is released as often. */
  void hold(Node node) {
    evictable.remove(node);
    node.references++;
    for (Node up = node; up != null; up = up.parent) {
      up.lastUse = ++uses;
    }
  }

  void release(Node node) {
    node.references--;
    list(node);
  }

  private void list(Node node) {
    if (node.evictable()) {
      evictable.add(node);
    }
  }

  /**
   * Gives places to the blocks of tokens that follow a held node, as far as there is room. Their
   * keys and values have to be put there at once.
   *
   * @return the last of them, which is held instead
   */
  Node extend(Node held, int[] tokens) {
    Node node = held;
    while (node.length() + BLOCK <= tokens.length && makesRoom()) {
      int from = node.length();
      var block = IntBuffer.wrap(Arrays.copyOfRange(tokens, from, from + BLOCK));
      Node child = new Node(node, block, free.remove());
      child.references = 1;
      child.lastUse = ++uses;
      node.children.put(block, child);
      node.references--;
      node = child;
    }
    used = capacity - free.size();
    return node;
  }

  private boolean makesRoom() {
    if (free.isEmpty() && !evictable.isEmpty()) {
      evict(evictable.pollFirst());
    }
    return !free.isEmpty();
  }

  private void evict(Node leaf) {
    leaf.parent.children.remove(leaf.tokens);
    list(leaf.parent);
    free.add(leaf.block);
  }

  /** Drops all blocks after a root, to which nobody refers any more. */
  void forget(Node root) {
    root.children.values().forEach(this::drop);
    root.children.clear();
    used = capacity - free.size();
  }

  private void drop(Node node) {
    if (node.references > 0) {
      throw new IllegalStateException("a block in use is to be forgotten");
    }
    node.children.values().forEach(this::drop);
    evictable.remove(node);
    free.add(node.block);
  }
}
