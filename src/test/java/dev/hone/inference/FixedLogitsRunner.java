package dev.hone.inference;

import dev.hone.model.CacheMemory;
import dev.hone.model.PromptRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Logits are a function of the version and of all tokens in the slot, so a slot mixed up shows in
 * the answer.
 */
public final class FixedLogitsRunner implements ModelRunner {
  private final int window;
  private final BiFunction<Integer, int[], float[]> network;
  private final int[][] slots;

  /** Sizes of the decode batches so far, and of the prefill chunks. */
  public final List<Integer> batches = new ArrayList<>();

  public final List<Integer> chunks = new ArrayList<>();

  /** How many prompts were fed in each of the steps that fed any. */
  public final List<Integer> prompts = new ArrayList<>();

  /** Versions that have gone. */
  public final List<Integer> retired = new CopyOnWriteArrayList<>();

  /** Tokens of stored blocks. */
  public final Map<Integer, int[]> stored = new ConcurrentHashMap<>();

  /** The texts that were begun to be made vectors. */
  public final List<int[]> readings = new CopyOnWriteArrayList<>();

  /** Those that are in the making. */
  public final AtomicInteger openReadings = new AtomicInteger();

  public volatile boolean closed;

  /** Tokens that a slot held at most. */
  public volatile int longest;

  /** Tokens that all slots together may hold. */
  public volatile int memory = Integer.MAX_VALUE;

  public FixedLogitsRunner(int slots, int window, Function<int[], float[]> network) {
    this(slots, window, (_, tokens) -> network.apply(tokens));
  }

  /** Something else for each version. */
  public FixedLogitsRunner(int slots, int window, BiFunction<Integer, int[], float[]> network) {
    this.slots = new int[slots][0];
    this.window = window;
    this.network = network;
  }

  /** Logits that make {@code token} all but certain. */
  public static float[] certain(int token, int vocabulary) {
    float[] logits = new float[vocabulary];
    logits[token] = 50;
    return logits;
  }

  @Override
  public int slots() {
    return slots.length;
  }

  @Override
  public int contextWindow() {
    return window;
  }

  @Override
  public int vocabulary() {
    return ByteTokenizer.VOCABULARY;
  }

  @Override
  public boolean reserve(int slotCount, int positions) {
    return positions <= window && (slotCount == 1 || slotCount * positions <= memory);
  }

  @Override
  public int blocks() {
    return slots.length * CacheMemory.blocksOf(window);
  }

  @Override
  public void retire(int version) {
    retired.add(version);
  }

  @Override
  public Logits step(int[] tokens, int[] positions, List<PromptRun> runs, int[] versions) {
    if (tokens.length > 0) {
      batches.add(tokens.length);
    }
    var rows = new ArrayList<float[]>();
    for (int i = 0; i < tokens.length; i++) {
      rows.add(network.apply(versions[i], held(i, positions[i], new int[] {tokens[i]})));
    }
    if (!runs.isEmpty()) {
      prompts.add(runs.size());
    }
    for (int i = 0; i < runs.size(); i++) {
      PromptRun run = runs.get(i);
      chunks.add(run.tokens().length);
      rows.addAll(feed(versions[tokens.length + i], run));
    }
    return logits(rows);
  }

  private static Logits logits(List<float[]> rows) {
    return shapings ->
        IntStream.range(0, rows.size())
            .mapToObj(
                i -> {
                  float[] row = rows.get(i);
                  return Candidates.of(row, within(shapings.get(i), row.length), Logits.LISTED);
                })
            .toList();
  }

  /** Prompts come from a real tokenizer, whose ids may lie beyond this vocabulary. */
  private static Shaping within(Shaping shaping, int vocabulary) {
    var edits = shaping.edits();
    int[] kept =
        IntStream.range(0, edits.tokens().length)
            .filter(i -> edits.tokens()[i] < vocabulary)
            .toArray();
    float[] divisors = new float[kept.length];
    float[] addends = new float[kept.length];
    for (int i = 0; i < kept.length; i++) {
      divisors[i] = edits.divisors()[kept[i]];
      addends[i] = edits.addends()[kept[i]];
    }
    int[] tokens = IntStream.of(kept).map(i -> edits.tokens()[i]).toArray();
    return new Shaping(
        shaping.temperature(), new Shaping.Edits(tokens, divisors, addends), shaping.allowed());
  }

  /** Its vector is what the logits of it would be, brought to length 1. */
  @Override
  public TextReading read(int[] tokens, int version) {
    readings.add(tokens);
    openReadings.incrementAndGet();
    return new TextReading() {
      private int unread = tokens.length;

      @Override
      public Optional<float[]> advance(int work) {
        unread -= work;
        return unread > 0 ? Optional.empty() : Optional.of(unit(network.apply(version, tokens)));
      }

      @Override
      public void close() {
        openReadings.decrementAndGet();
      }
    };
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float number : vector) {
      squares += number * number;
    }
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (vector[i] / Math.sqrt(squares));
    }
    return unit;
  }

  @Override
  public void move(int from, int to, int length) {
    slots[to] = Arrays.copyOf(slots[from], length);
  }

  @Override
  public void swap(int one, int other, int length) {
    int[] held = Arrays.copyOf(slots[one], Math.min(length, slots[one].length));
    slots[one] = Arrays.copyOf(slots[other], Math.min(length, slots[other].length));
    slots[other] = held;
  }

  @Override
  public void store(int slot, int start, int[] blocks) {
    for (int i = 0; i < blocks.length; i++) {
      int from = start + i * CacheMemory.BLOCK;
      if (from + CacheMemory.BLOCK > slots[slot].length) {
        throw new IllegalStateException("slot " + slot + " does not hold a block at " + from);
      }
      stored.put(blocks[i], Arrays.copyOfRange(slots[slot], from, from + CacheMemory.BLOCK));
    }
  }

  @Override
  public void restore(int slot, int[] blocks) {
    slots[slot] =
        Arrays.stream(blocks).mapToObj(stored::get).flatMapToInt(Arrays::stream).toArray();
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Logits after each token that they are wanted for. */
  private List<float[]> feed(int version, PromptRun run) {
    int[] all = held(run.slot(), run.start(), run.tokens());
    return IntStream.rangeClosed(all.length - run.wanted() + 1, all.length)
        .mapToObj(length -> network.apply(version, Arrays.copyOf(all, length)))
        .toList();
  }

  /** What the slot holds with these tokens. */
  private int[] held(int slot, int position, int[] tokens) {
    if (position > slots[slot].length || position + tokens.length > window) {
      throw new IllegalStateException(
          "slot %d has no positions %d to %d".formatted(slot, position, position + tokens.length));
    }
    longest = Math.max(longest, position + tokens.length);
    int[] all = Arrays.copyOf(slots[slot], position + tokens.length);
    System.arraycopy(tokens, 0, all, position, tokens.length);
    slots[slot] = all;
    return all;
  }
}
