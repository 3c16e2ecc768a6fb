package dev.hone.loop;

import dev.hone.evaluation.EvaluationSizes;
import dev.hone.model.SmallModel;
import dev.hone.registry.ModelStore;
import java.nio.file.Path;
import java.util.Optional;

/** Jobs of rounds on a small model that chats, and on a snapshot of few examples. */
final class SmallJob {
  /** The model, and the snapshot beside it. */
  static final Path DATA = SmallModel.resource("golden/chat");

  private static final String BASE = "chat";

  private SmallJob() {}

  /** Models in a folder, with that one among them. */
  static ModelStore store(Path home) {
    var store = new ModelStore(home.resolve("models"));
    store.install(BASE, "a test", SmallModel::copyChat);
    return store;
  }

  /**
   * Of round r1, whose candidate nobody measures.
   *
   * @param home as for {@link #store}
   * @param checkpointSteps 0 for a checkpoint a minute
   */
  static Job of(Path home, Plan plan, int checkpointSteps) {
    var store = new ModelStore(home.resolve("models"));
    return new Job(
        "r1",
        plan.stages(),
        store.base(BASE),
        store.baseHash(BASE),
        BASE,
        Optional.empty(),
        DATA,
        home.resolve("logprobs"),
        new EvaluationSizes(8, 1, 1, 2, 8, 1, 2, 4, 16),
        60,
        checkpointSteps);
  }
}
