package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import dev.hone.model.Architecture;
import dev.hone.model.DoraAdapter;
import dev.hone.model.LoraAdapter;
import dev.hone.model.MergedModel;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.Trainable;
import dev.hone.model.VersionWeights;
import dev.hone.model.WholeWeights;
import java.util.Optional;

/**
 * A parent with what of it is to be moved, which says the same as the parent at first. An adapter
 * goes on where the parent's ended; anything else starts at weights that the parent's adapter is
 * multiplied into.
 *
 * @param base frozen weights, under what is moved
 * @param parent the whole parent, frozen
 * @param model of the base's weights, where they are more than the base's own
 */
record StartingPoint(Network base, Network parent, Trainable trainable, Optional<MergedModel> model)
    implements AutoCloseable {
  /**
   * @param manager outlives it
   * @param weights the parent's
   * @param window positions to be ready for
   */
  static StartingPoint of(
      NDManager manager,
      VersionWeights weights,
      AdapterSettings settings,
      Precision precision,
      int window) {
    return switch (settings.adapter()) {
      case LORA -> overBase(manager, weights, settings, precision, window);
      case DORA, FULL -> overMerged(manager, weights, settings, precision, window);
    };
  }

  private static StartingPoint overBase(
      NDManager manager,
      VersionWeights weights,
      AdapterSettings settings,
      Precision precision,
      int window) {
    Architecture net = weights.architecture();
    var base = Network.load(manager, weights.whole(), net, precision, window, Optional.empty());
    Optional<LoraAdapter> before =
        weights.adapter().map(folder -> LoraAdapter.load(manager, folder, net));
    var adapter = WarmStart.adapter(manager, net, settings.shape(), before, settings.seed());
    var parent = base.adapted(WarmStart.asked(before, adapter));
    before.ifPresent(LoraAdapter::close);
    return new StartingPoint(base, parent, adapter, Optional.empty());
  }

  private static StartingPoint overMerged(
      NDManager manager,
      VersionWeights weights,
      AdapterSettings settings,
      Precision precision,
      int window) {
    var model = MergedModel.open(manager, weights);
    var base = Network.load(manager, model, precision, window);
    var trainable =
        settings.adapter() == AdapterKind.FULL
            ? WholeWeights.of(manager, model)
            : DoraAdapter.of(
                manager,
                WarmStart.adapter(
                    manager,
                    model.architecture(),
                    settings.shape(),
                    Optional.empty(),
                    settings.seed()),
                model);
    return new StartingPoint(base, base.adapted(Optional.empty()), trainable, Optional.of(model));
  }

  /** Leaves what is moved to whoever moves it, who closes it before. */
  @Override
  public void close() {
    parent.close();
    base.close();
    model.ifPresent(MergedModel::close);
  }
}
