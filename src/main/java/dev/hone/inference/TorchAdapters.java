package dev.hone.inference;

import ai.djl.ndarray.NDManager;
import dev.hone.model.AdapterMix;
import dev.hone.model.LoraAdapter;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The adapters over a base. {@link #load} mixes a new one with those that are there, tries the mix
 * out beside the engine, and hands it over; the engine takes it between two steps. What has retired
 * takes memory until the next one is loaded.
 */
final class TorchAdapters implements AutoCloseable {
  private final NDManager manager;
  private final TorchRunner.Networks base;
  private final AtomicReference<Optional<MixedNetworks>> next =
      new AtomicReference<>(Optional.empty());
  private final Set<Integer> retired = ConcurrentHashMap.newKeySet();

  /** The loader's. */
  private Optional<AdapterMix> loaded = Optional.empty();

  /** The engine's. */
  private Optional<MixedNetworks> current = Optional.empty();

  /** Closes neither. */
  TorchAdapters(NDManager manager, TorchRunner.Networks base) {
    this.manager = manager;
    this.base = base;
  }

  TorchRunner.Networks base() {
    return base;
  }

  /** Makes sure that the base works. */
  void tryOut(int token) {
    tryOut(base, ModelRunner.BASE, token);
  }

  /**
   * Loads an adapter beside the others. By one thread at a time, while the engine runs; when it
   * fails, nothing changes for anybody.
   *
   * @param number by which it will be told
   * @param adapter is copied
   */
  void load(int number, LoraAdapter adapter, int token) {
    var gone = Set.copyOf(retired);
    AdapterMix mix = joined(number, adapter, gone);
    boolean works = false;
    try {
      var networks = new MixedNetworks(base, mix);
      try {
        tryOut(networks, number, token);
        works = true;
      } finally {
        if (!works) {
          networks.close();
        }
      }
      next.getAndSet(Optional.of(networks)).ifPresent(MixedNetworks::close);
    } finally {
      if (!works) {
        mix.close();
      }
    }
    loaded.ifPresent(AdapterMix::close);
    loaded = Optional.of(mix);
    retired.removeAll(gone);
  }

  private AdapterMix joined(int number, LoraAdapter adapter, Set<Integer> gone) {
    var alone = AdapterMix.of(manager, base.prefill().architecture(), number, adapter);
    if (loaded.isEmpty()) {
      return alone;
    }
    try (alone) {
      return loaded.get().with(alone, gone::contains);
    }
  }

  private void tryOut(Pass pass, int version, int token) {
    TorchRunner.plainly();
    pass.tryOut(manager, version, token, base.prefill().window());
  }

  /** Memory that the adapters take. The loader's. */
  long bytes() {
    return loaded.map(AdapterMix::bytes).orElse(0L);
  }

  /** No pass is asked for with this version any more. */
  void retire(int version) {
    if (version != ModelRunner.BASE) {
      retired.add(version);
    }
  }

  /**
   * What serves rows of these versions. The engine's.
   *
   * @return without adapters where all are of the base
   */
  Pass pass(int[] versions) {
    next.getAndSet(Optional.empty()).ifPresent(this::take);
    if (Arrays.stream(versions).allMatch(version -> version == ModelRunner.BASE)) {
      return base;
    }
    return current.orElseThrow();
  }

  private void take(MixedNetworks newer) {
    current.ifPresent(MixedNetworks::replace);
    current = Optional.of(newer);
  }

  /** Once neither the engine nor the loader does anything any more, and no reading is open. */
  @Override
  public void close() {
    next.getAndSet(Optional.empty()).ifPresent(MixedNetworks::close);
    current.ifPresent(MixedNetworks::close);
    loaded.ifPresent(AdapterMix::close);
  }
}
