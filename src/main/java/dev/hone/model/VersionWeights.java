package dev.hone.model;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the network of a base, a version or a candidate is made of. Tokens and architecture are the
 * base's in any case.
 *
 * @param base folder of the base
 * @param whole folder of the weights: the base's own, or those that a version has in their place
 * @param adapter folder of what changes them, in PEFT's layout
 */
public record VersionWeights(Path base, Path whole, Optional<Path> adapter) {
  /**
   * @param version folder of full weights, told by its {@value FullWeights#FILE}, or of an adapter;
   *     none for the base itself
   */
  public static VersionWeights of(Path base, Optional<Path> version) {
    return version.filter(FullWeights::areIn).isPresent()
        ? new VersionWeights(base, version.get(), Optional.empty())
        : new VersionWeights(base, base, version);
  }

  /** Whether nothing of the base's own weights is in it. */
  public boolean full() {
    return !whole.equals(base);
  }

  /** The file that makes it differ from its base; none for the base itself. */
  public Optional<Path> file() {
    return full()
        ? Optional.of(whole.resolve(FullWeights.FILE))
        : adapter.map(folder -> folder.resolve(LoraLayout.WEIGHTS));
  }

  public Architecture architecture() {
    return Architecture.load(base);
  }

  /**
   * As {@link Network#load} does, the adapter included.
   *
   * @param window positions to be ready for
   */
  public Network load(NDManager manager, Precision precision, int window) {
    var net = architecture();
    var lora = adapter.map(folder -> LoraAdapter.load(manager, folder, net));
    try {
      return Network.load(manager, whole, net, precision, window, lora);
    } finally {
      lora.ifPresent(LoraAdapter::close);
    }
  }
}
