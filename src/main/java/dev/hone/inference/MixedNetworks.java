package dev.hone.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.AdapterMix;
import dev.hone.model.KvCache;
import dev.hone.model.MixedNetwork;
import dev.hone.model.Network;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A base's networks with the adapters of a mix, which are the versions with these numbers. Belongs
 * to the engine's thread from its first use on.
 */
final class MixedNetworks implements Pass, AutoCloseable {
  private final TorchRunner.Networks base;
  private final List<Integer> numbers;
  private final Map<Network, MixedNetwork> mixed = new HashMap<>();
  private int openReadings;
  private boolean replaced;

  MixedNetworks(TorchRunner.Networks base, AdapterMix mix) {
    this.base = base;
    this.numbers = mix.keys();
    base.distinct().forEach(network -> mixed.put(network, network.mixed(mix)));
  }

  @Override
  public NDArray logits(NDManager step, KvCache cache, Rows rows) {
    int[] adapters = Arrays.stream(rows.versions()).map(this::place).toArray();
    var network = mixed.get(base.of(rows));
    return rows.runs().isEmpty()
        ? network.decode(step, cache, rows.next(), adapters)
        : network.step(step, cache, rows.next(), rows.runs(), adapters);
  }

  @Override
  public TextReading read(int[] tokens, int version) {
    var pass = mixed.get(base.prefill()).pass(tokens, place(version));
    openReadings++;
    return new TorchReading(
        pass,
        () -> {
          openReadings--;
          closeUnlessUsed();
        });
  }

  /** Nothing new begins; it closes itself once what is open is closed. */
  void replace() {
    replaced = true;
    closeUnlessUsed();
  }

  private void closeUnlessUsed() {
    if (replaced && openReadings == 0) {
      close();
    }
  }

  @Override
  public KvCache newCache(int slots) {
    return mixed.get(base.prefill()).newCache(slots);
  }

  private int place(int version) {
    int place = numbers.indexOf(version) + 1;
    if (place == 0 && version != ModelRunner.BASE) {
      throw new IllegalStateException("version number %d is not loaded".formatted(version));
    }
    return place;
  }

  @Override
  public void close() {
    mixed.values().forEach(MixedNetwork::close);
  }
}
