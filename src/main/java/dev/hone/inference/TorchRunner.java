package dev.hone.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.hone.model.BlockPool;
import dev.hone.model.CacheMemory;
import dev.hone.model.KvCache;
import dev.hone.model.LogitTable;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.PromptRun;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Runs the network in libtorch. The cache is f32 whatever the precision, so one use may be served
 * by one network and the next by another.
 */
public final class TorchRunner implements ModelRunner {
  private final Networks networks;
  private final KvCache cache;
  private final BlockPool pool;
  private final LogitTable table;
  private final int slots;
  private final NDManager manager;
  private Optional<TorchLogits> last = Optional.empty();

  /**
   * Which network does what; the same one may do several.
   *
   * @param single decodes one sequence
   * @param batch decodes several
   * @param prefill takes prompts in
   */
  public record Networks(Network single, Network batch, Network prefill) {
    /** The same weights with another adapter, or none. */
    Networks adapted(Optional<LoraAdapter> adapter) {
      var views = new IdentityHashMap<Network, Network>();
      for (Network network : distinct()) {
        views.put(network, network.adapted(adapter));
      }
      return new Networks(views.get(single), views.get(batch), views.get(prefill));
    }

    List<Network> distinct() {
      return List.of(single, batch, prefill).stream().distinct().toList();
    }
  }

  /**
   * Takes over the networks and the manager, and closes them with itself.
   *
   * @param memory bound on keys and values, which may be shared with other runners on the same
   *     thread; at least one window must fit
   * @param pool of such blocks as {@link #store} keeps; shared too, and not closed by the runner
   */
  public TorchRunner(
      NDManager manager, Networks networks, int slots, CacheMemory memory, BlockPool pool) {
    this.manager = manager;
    this.networks = networks;
    this.slots = slots;
    this.pool = pool;
    this.table = new LogitTable(manager, networks.prefill().architecture().vocabulary());
    this.cache = networks.prefill().newCache(slots, memory);
  }

  /** Stores no blocks. */
  public TorchRunner(NDManager manager, Networks networks, int slots, CacheMemory memory) {
    this(
        manager,
        networks,
        slots,
        memory,
        new BlockPool(manager, networks.prefill().architecture(), 0));
  }

  /**
   * Takes a token in and decodes one by each network, in a cache of its own: whatever is done
   * lazily is done then, and what can't work fails. May be called while other runners that share
   * the memory are used.
   */
  void tryOut(int token) {
    var net = networks.prefill();
    plainly();
    try (var own = net.newCache(2, CacheMemory.ofWindows(2, net.window()));
        NDManager step = manager.newSubManager()) {
      own.reserve(2, 2);
      net.prefill(step, own, 0, 0, new int[] {token});
      networks.single().decode(step, own, new int[] {token}, new int[] {1});
      networks.batch().decode(step, own, new int[] {token, token}, new int[] {1, 0});
    }
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
    return networks.prefill().window();
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
  public void trim(int slotCount, int positionCount) {
    cache.trim(slotCount, positionCount);
  }

  @Override
  public Logits step(int[] tokens, int[] positions, List<PromptRun> runs) {
    plainly();
    forget();
    NDManager step = manager.newSubManager();
    boolean done = false;
    try {
      last = Optional.of(new TorchLogits(table, step, logits(step, tokens, positions, runs)));
      done = true;
      return last.get();
    } finally {
      if (!done) {
        step.close();
      }
    }
  }

  private NDArray logits(NDManager step, int[] tokens, int[] positions, List<PromptRun> runs) {
    if (!runs.isEmpty()) {
      return networks.prefill().step(step, cache, tokens, positions, runs);
    }
    Network network = tokens.length == 1 ? networks.single() : networks.batch();
    return network.decode(step, cache, tokens, positions);
  }

  @Override
  public TextReading read(int[] tokens) {
    return new TorchReading(networks.prefill().pass(tokens));
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
    networks.distinct().forEach(Network::close);
    manager.close();
  }
}
