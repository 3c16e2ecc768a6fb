package dev.hone.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.hone.model.BlockPool;
import dev.hone.model.CacheMemory;
import dev.hone.model.KvCache;
import dev.hone.model.LogitTable;
import dev.hone.model.Network;
import dev.hone.model.NextTokens;
import dev.hone.model.PromptRun;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs a base and its versions in libtorch. The cache is f32 whatever the precision, so one use may
 * be served by one network and the next by another.
 */
public final class TorchRunner implements ModelRunner {
  private final TorchVersions versions;
  private final KvCache cache;
  private final BlockPool pool;
  private final LogitTable table;
  private final int slots;
  private final int window;
  private final NDManager manager;
  private Optional<TorchLogits> last = Optional.empty();

  /**
   * Which network does what; the same one may do several.
   *
   * @param decode takes few rows
   * @param prefill takes prompts in
   */
  public record Networks(PerBatch<Network> decode, Network prefill) implements Pass {
    public static Networks all(Network network) {
      return new Networks(PerBatch.all(network), network);
    }

    /** Few tokens of a prompt cost what as many decoded sequences cost. */
    Network of(Rows rows) {
      boolean many = !rows.runs().isEmpty() && rows.count() > PerBatch.SIZES.getLast();
      return many ? prefill : decode.at(rows.count());
    }

    /** Without adapters. */
    @Override
    public NDArray logits(NDManager step, KvCache cache, Rows rows) {
      Network network = of(rows);
      return rows.runs().isEmpty()
          ? network.decode(step, cache, rows.next())
          : network.step(step, cache, rows.next(), rows.runs());
    }

    /** Without adapters. */
    @Override
    public TextReading read(int[] tokens, int version) {
      return new TorchReading(prefill.pass(tokens), () -> {});
    }

    @Override
    public KvCache newCache(int slots) {
      return prefill.newCache(slots, CacheMemory.ofWindows(slots, prefill.window()));
    }

    void close() {
      distinct().forEach(Network::close);
    }

    List<Network> distinct() {
      return Stream.concat(decode.each().stream(), Stream.of(prefill)).distinct().toList();
    }

    /**
     * The same of other weights: in the same precisions, for the same uses.
     *
     * @param folder of weights of the same architecture
     */
    Networks of(NDManager manager, Path folder) {
      Map<Network, Network> same = new LinkedHashMap<>();
      boolean all = false;
      try {
        for (Network each : distinct()) {
          var net = each.architecture();
          same.put(
              each,
              Network.load(
                  manager, folder, net, each.precision(), each.window(), Optional.empty()));
        }
        all = true;
        return new Networks(decode.map(same::get), same.get(prefill));
      } finally {
        if (!all) {
          same.values().forEach(Network::close);
        }
      }
    }

    /** Bytes of the weights, at most: the embeddings may lie in the file, where it is mapped. */
    long bytes() {
      return distinct().stream().mapToLong(Networks::bytes).sum();
    }

    private static long bytes(Network network) {
      var net = network.architecture();
      long embeddings = (long) Float.BYTES * net.vocabulary() * net.hidden();
      return network.precision().weightBytes(net) + embeddings;
    }
  }

  /**
   * Closes neither the networks nor the pool.
   *
   * @param manager parent of what each step makes
   * @param memory bound on keys and values; at least one window must fit
   * @param pool of such blocks as {@link #store} keeps
   */
  TorchRunner(
      NDManager manager, TorchVersions versions, int slots, CacheMemory memory, BlockPool pool) {
    Network network = versions.base().prefill();
    this.manager = manager.newSubManager();
    this.versions = versions;
    this.slots = slots;
    this.window = network.window();
    this.pool = pool;
    this.table = new LogitTable(this.manager, network.architecture().vocabulary());
    this.cache = network.newCache(slots, memory);
  }

  /** Of a base without versions, that stores no blocks. */
  public TorchRunner(NDManager manager, Networks networks, int slots, CacheMemory memory) {
    this(
        manager,
        new TorchVersions(manager, networks),
        slots,
        memory,
        new BlockPool(manager, networks.prefill().architecture(), 0));
  }

  /**
   * The profiling executor would compile anew for shapes it has not seen, in the middle of a chat.
   * The setting belongs to the thread.
   */
  static void plainly() {
    JniUtils.setGraphExecutorOptimize(false);
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public int contextWindow() {
    return window;
  }

  @Override
  public int vocabulary() {
    return table.vocabulary();
  }

  @Override
  public boolean reserve(int slotCount, int positionCount) {
    return cache.reserve(slotCount, positionCount);
  }

  @Override
  public int blocks() {
    return cache.blocks();
  }

  @Override
  public Logits step(int[] tokens, int[] positions, List<PromptRun> runs, int[] numbers) {
    plainly();
    forget();
    var rows = new Pass.Rows(NextTokens.first(tokens, positions), runs, numbers);
    NDManager step = manager.newSubManager();
    boolean done = false;
    try {
      NDArray logits = versions.logits(step, cache, rows);
      last = Optional.of(new TorchLogits(table, step, logits));
      done = true;
      return last.get();
    } finally {
      if (!done) {
        step.close();
      }
    }
  }

  @Override
  public void retire(int version) {
    versions.retire(version);
  }

  @Override
  public TextReading read(int[] tokens, int version) {
    plainly();
    return versions.read(tokens, version);
  }

  /** What the last step left. */
  private void forget() {
    last.ifPresent(TorchLogits::close);
    last = Optional.empty();
  }

  @Override
  public void move(int from, int to, int length) {
    cache.move(from, to, length);
  }

  @Override
  public void swap(int one, int other, int length) {
    cache.swap(one, other, length);
  }

  @Override
  public void store(int slot, int start, int[] blocks) {
    pool.store(cache, slot, start, blocks);
  }

  @Override
  public void restore(int slot, int[] blocks) {
    pool.restore(cache, slot, blocks);
  }

  @Override
  public void close() {
    forget();
    cache.close();
    table.close();
    manager.close();
  }
}
