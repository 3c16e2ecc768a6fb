package dev.hone.inference;

import ai.djl.ndarray.NDManager;
import dev.hone.model.KvCache;
import dev.hone.model.Network;
import java.util.List;

/**
 * Runs the network in libtorch. The cache is f32 whatever the precision, so one use may be served
 * by one network and the next by another.
 */
public final class TorchRunner implements ModelRunner {
  private final Networks networks;
  private final KvCache cache;
  private final int slots;
  private final NDManager manager;

  /**
   * Which network does what; the same one may do several.
   *
   * @param single decodes one sequence
   * @param batch decodes several
   * @param prefill takes prompts in
   */
  public record Networks(Network single, Network batch, Network prefill) {
    List<Network> distinct() {
      return List.of(single, batch, prefill).stream().distinct().toList();
    }
  }

  /**
   * Takes over the networks and the manager, and closes them with itself.
   *
   * @param cacheBytes bound on the memory of keys and values; at least one window must fit
   */
  public TorchRunner(NDManager manager, Networks networks, int slots, long cacheBytes) {
    this.manager = manager;
    this.networks = networks;
    this.slots = slots;
    this.cache = networks.prefill().newCache(slots, cacheBytes);
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
    return networks.prefill().architecture().vocabulary();
  }

  @Override
  public boolean reserve(int slotCount, int positionCount) {
    return cache.reserve(slotCount, positionCount);
  }

  @Override
  public float[] prefill(int slot, int position, int[] tokens) {
    try (NDManager step = manager.newSubManager()) {
      return networks.prefill().prefill(step, cache, slot, position, tokens).toFloatArray();
    }
  }

  @Override
  public float[] decode(int[] tokens, int[] positions) {
    Network network = tokens.length == 1 ? networks.single() : networks.batch();
    try (NDManager step = manager.newSubManager()) {
      return network.decode(step, cache, tokens, positions).toFloatArray();
    }
  }

  @Override
  public void move(int from, int to, int length) {
    cache.move(from, to, length);
  }

  @Override
  public void close() {
    cache.close();
    networks.distinct().forEach(Network::close);
    manager.close();
  }
}
