package dev.hone.inference.constraint;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * A model's tokens as a tree of their bytes. Tokens without bytes, control tokens among them, are
 * not in it. What a terminal makes of the whole tree is found once and kept, for every grammar that
 * has the terminal. For any thread.
 */
public final class Vocabulary {
  private static final int MOST_REACHES = 1_024;

  private final int size;
  private final BitSet ends;

  /** Nodes in the order of a depth-first walk; the root, without a label, is the first. */
  private final byte[] labels;

  private final int[] depths;

  /** The first node that is not below this one, [nodes]. */
  private final int[] behind;

  /** Tokens that end at a node, [nodes][]; null for none. */
  private final int[][] tokens;

  private final byte[][] bytes;
  private final int longest;
  private final ConcurrentHashMap<Terminal, int[]> likenesses = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Place, Reach> reaches = new ConcurrentHashMap<>();

  private record Place(Terminal terminal, int likeness) {}

  /**
   * What a terminal makes of the tree, from one of its states on.
   *
   * @param inside tokens that it takes whole
   * @param exits inner nodes at which the terminal may be over, ascending
   */
  record Reach(BitSet inside, int[] exits) {}

  /**
   * @param bytes what each token adds to the text; empty for none
   * @param ends those that end a turn
   */
  public Vocabulary(List<byte[]> bytes, int[] ends) {
    this.size = bytes.size();
    this.ends = new BitSet();
    Arrays.stream(ends).forEach(this.ends::set);
    this.bytes = bytes.toArray(byte[][]::new);
    int[] sorted = spelled();
    longest = Arrays.stream(sorted).map(token -> this.bytes[token].length).max().orElse(0);
    int nodes = nodes(sorted);
    labels = new byte[nodes];
    depths = new int[nodes];
    behind = new int[nodes];
    tokens = new int[nodes][];
    grow(sorted);
  }

  private int[] spelled() {
    return IntStream.range(0, size)
        .filter(token -> bytes[token].length > 0 && !ends.get(token))
        .boxed()
        .sorted((a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b]))
        .mapToInt(token -> token)
        .toArray();
  }

  private int nodes(int[] sorted) {
    int nodes = 1;
    byte[] before = {};
    for (int token : sorted) {
      nodes += bytes[token].length - shared(before, bytes[token]);
      before = bytes[token];
    }
    return nodes;
  }

  private static int shared(byte[] a, byte[] b) {
    int differs = Arrays.mismatch(a, b);
    return differs < 0 ? a.length : differs;
  }

  private void grow(int[] sorted) {
    int[] path = new int[longest + 1];
    int node = 0;
    byte[] before = {};
    for (int token : sorted) {
      byte[] spelling = bytes[token];
      int kept = shared(before, spelling);
      close(path, kept + 1, before.length, node + 1);
      for (int depth = kept + 1; depth <= spelling.length; depth++) {
        node++;
        labels[node] = spelling[depth - 1];
        depths[node] = depth;
        path[depth] = node;
      }
      tokens[path[spelling.length]] = with(tokens[path[spelling.length]], token);
      before = spelling;
    }
    close(path, 0, before.length, node + 1);
  }

  private void close(int[] path, int from, int to, int next) {
    for (int depth = from; depth <= to; depth++) {
      behind[path[depth]] = next;
    }
  }

  private static int[] with(int[] some, int one) {
    int[] more = some == null ? new int[1] : Arrays.copyOf(some, some.length + 1);
    more[more.length - 1] = one;
    return more;
  }

  byte[] bytes(int token) {
    return bytes[token];
  }

  boolean isEnd(int token) {
    return ends.get(token);
  }

  BitSet ends() {
    return ends;
  }

  /** What the terminal makes of all tokens from a state on. */
  Reach reach(Terminal terminal, int state) {
    int likeness = likenesses.computeIfAbsent(terminal, t -> t.likenesses(longest))[state];
    var place = new Place(terminal, likeness);
    Reach known = reaches.get(place);
    if (known != null) {
      return known;
    }
    Reach found = find(terminal, state);
    if (reaches.size() >= MOST_REACHES || likenesses.size() >= MOST_REACHES) {
      reaches.clear();
      likenesses.clear();
    }
    reaches.put(place, found);
    return found;
  }

  private Reach find(Terminal terminal, int state) {
    var inside = new BitSet(size);
    var exits = IntStream.builder();
    int[] states = new int[longest + 1];
    states[0] = state;
    int node = 1;
    while (node < labels.length) {
      int next = terminal.next(states[depths[node] - 1], labels[node]);
      if (next < 0) {
        node = behind[node];
        continue;
      }
      states[depths[node]] = next;
      collect(node, inside);
      if (terminal.accepts(next) && behind[node] > node + 1) {
        exits.add(node);
      }
      node++;
    }
    return new Reach(inside, exits.build().toArray());
  }

  /** Adds the tokens below a node whose remaining bytes can be written from a position on. */
  void follow(int root, Position from, BitSet allowed) {
    var positions = new Position[longest + 1];
    positions[depths[root]] = from;
    int node = root + 1;
    while (node < behind[root]) {
      Position next = positions[depths[node] - 1].next(labels[node]);
      if (next.isDead()) {
        node = behind[node];
        continue;
      }
      positions[depths[node]] = next;
      collect(node, allowed);
      node++;
    }
  }

  private void collect(int node, BitSet into) {
    if (tokens[node] != null) {
      for (int token : tokens[node]) {
        into.set(token);
      }
    }
  }
}
