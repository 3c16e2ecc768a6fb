package dev.hone.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.TestModel;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import dev.hone.model.LoraAdapter;
import dev.hone.model.LoraLayout;
import dev.hone.model.LoraShape;
import dev.hone.model.LoraTarget;
import dev.hone.model.ScalarHead;
import dev.hone.registry.ModelStore;
import dev.hone.registry.RewardFolder;
import dev.hone.registry.RewardManifest;
import dev.hone.registry.RewardModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;

/** A reward model over the test model that has learnt nothing: every answer is worth 0. */
final class ZeroRewardModel {
  private ZeroRewardModel() {}

  /**
   * Keeps it beside the test model.
   *
   * @param work an empty folder
   */
  static RewardFolder keep(Path work) throws IOException {
    var store = new ModelStore(TestModel.models());
    var net = Architecture.load(store.base(TestModel.ID));
    var shape = new LoraShape(1, 1, EnumSet.of(LoraTarget.Q));
    try (NDManager manager = Torch.manager();
        var head = ScalarHead.zero(manager, net)) {
      var matrices =
          LoraLayout.of(shape, net).stream()
              .map(tensor -> manager.zeros(new Shape(tensor.shape())))
              .toList();
      new LoraAdapter(shape, matrices).save(work, net, TestModel.ID);
      head.save(work, net);
    }
    var manifest =
        new RewardManifest(
            RewardManifest.idOf("r1", work),
            TestModel.ID,
            store.baseHash(TestModel.ID),
            "r1",
            "5".repeat(64),
            Map.of(),
            Map.of(),
            Map.of(),
            JsonNodeFactory.instance.objectNode(),
            new TreeMap<>(),
            "2026-01-02T03:04:05Z");
    return new RewardModels(store).add(manifest, work);
  }
}
