package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A network with the adapters of a mix, of which each row takes one or none: one pass over the
 * weights serves them all. Adapters are named by their places in the mix, from 1 up; 0 is none.
 */
public final class MixedNetwork implements AutoCloseable {
  private final List<Network> networks;

  /**
   * @param networks with all adapters, then with each alone, by one script; the first is the
   *     others' parent
   */
  MixedNetwork(List<Network> networks) {
    this.networks = List.copyOf(networks);
  }

  /** Most passes are for one version beside the base, and need not read the others' adapters. */
  private Network chosen(NDManager step, long[] adapters) {
    long[] used = Arrays.stream(adapters).filter(place -> place > 0).distinct().toArray();
    Network network = networks.get(used.length == 1 ? (int) used[0] : 0);
    network.choose(step, adapters);
    return network;
  }

  /**
   * {@link Network#decode}, with adapters.
   *
   * @param adapters [n], of each token's slot
   */
  public NDArray decode(NDManager step, KvCache cache, NextTokens next, int[] adapters) {
    return chosen(step, NextTokens.wide(adapters)).decode(step, cache, next);
  }

  /**
   * {@link Network#step}, with adapters.
   *
   * @param adapters [n + runs], of each token's slot, then of each run
   */
  public NDArray step(
      NDManager step, KvCache cache, NextTokens next, List<PromptRun> runs, int[] adapters) {
    int n = next.count();
    var decoded = Arrays.stream(adapters).limit(n).asLongStream();
    var fed =
        IntStream.range(0, runs.size())
            .boxed()
            .flatMapToLong(i -> times(runs.get(i).tokens().length, adapters[n + i]));
    return chosen(step, LongStream.concat(decoded, fed).toArray()).step(step, cache, next, runs);
  }

  /**
   * {@link Network#pass}, with an adapter.
   *
   * @param adapter of all its rows
   */
  public TextPass pass(int[] tokens, int adapter) {
    return networks.get(adapter).pass(tokens, times(tokens.length, adapter).toArray());
  }

  private static LongStream times(int count, int adapter) {
    return LongStream.generate(() -> adapter).limit(count);
  }

  /** A cache for so many slots of a whole window. */
  public KvCache newCache(int slots) {
    Network any = networks.getFirst();
    return any.newCache(slots, CacheMemory.ofWindows(slots, any.window()));
  }

  @Override
  public void close() {
    networks.reversed().forEach(Network::close);
  }
}
