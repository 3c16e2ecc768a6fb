package dev.hone.alignment.ppo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.alignment.AdapterSettings;
import dev.hone.alignment.Masters;
import dev.hone.alignment.PreferenceReading;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.Trained;
import dev.hone.alignment.TrainedAdapter;
import dev.hone.alignment.TrainedScorer;
import dev.hone.alignment.TrainingPlace;
import dev.hone.alignment.WarmStart;
import dev.hone.model.Entropies;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.ScalarHead;
import dev.hone.model.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The networks of a training, all over one base: the policy and the reference, which begin as the
 * same version, and the value network where there is one.
 */
final class Roles implements AutoCloseable {
  private static final String OF_VALUE = "value.";

  /** Nothing is left out at random: {@link PpoSettings} has no dropout. */
  static final long UNDRAWN = 0;

  private final NDManager manager;
  private final Network reference;
  private final TrainedAdapter policy;
  private final Optional<TrainedScorer> value;
  private final Masters masters;

  /**
   * What the value network begins as.
   *
   * @param rewardModel folder of one over the same base (Ouyang et al. 2022); without one it begins
   *     as the policy, with values of 0
   * @param withHead whether the reward model's head is taken too; values of 0 otherwise
   */
  record ValueStart(Optional<Path> rewardModel, boolean withHead) {}

  /**
   * @param base outlives this
   * @param valueStart empty where there are no values
   */
  Roles(
      NDManager parent,
      Network base,
      TrainingPlace place,
      AdapterSettings settings,
      Optional<ValueStart> valueStart) {
    this.manager = parent.newSubManager();
    var net = base.architecture();
    String name = place.base().getFileName().toString();
    Optional<LoraAdapter> before =
        place.parentAdapter().map(folder -> LoraAdapter.load(manager, folder, net));
    var begun = fresh(base, settings, before);
    this.reference = base.adapted(WarmStart.asked(before, begun));
    this.policy = new TrainedAdapter(base, name, begun, settings.forward(), Entropies.NONE);
    this.value =
        valueStart.map(
            start -> {
              var adapter =
                  start
                      .rewardModel()
                      .map(folder -> LoraAdapter.load(manager, folder, net))
                      .orElseGet(() -> fresh(base, settings, before));
              var head =
                  start
                      .rewardModel()
                      .filter(_ -> start.withHead())
                      .map(folder -> ScalarHead.load(manager, folder, net))
                      .orElseGet(() -> ScalarHead.zero(manager, net));
              return new TrainedScorer(base, name, adapter, head, settings.forward());
            });
    before.ifPresent(LoraAdapter::close);
    this.masters = masters(settings);
  }

  private LoraAdapter fresh(Network base, AdapterSettings settings, Optional<LoraAdapter> before) {
    return WarmStart.adapter(
        manager, base.architecture(), settings.shape(), before, settings.seed());
  }

  private Masters masters(AdapterSettings settings) {
    List<NDArray> arrays = new ArrayList<>(policy.masters());
    List<TensorInfo> layout = new ArrayList<>(policy.layout());
    value.ifPresent(
        own -> {
          arrays.addAll(own.masters());
          own.layout()
              .forEach(
                  info ->
                      layout.add(
                          new TensorInfo(OF_VALUE + info.name(), info.type(), info.shape())));
        });
    return new Masters(
        manager,
        arrays,
        layout,
        settings.weightDecay(),
        settings.maxGradientNorm(),
        settings.ema());
  }

  /** Of the policy, then of the value network. */
  Masters masters() {
    return masters;
  }

  TrainedAdapter policy() {
    return policy;
  }

  /**
   * Micro-batch by micro-batch. The first goes through the policy last of all, so that no more than
   * what its own way back needs is held meanwhile.
   *
   * @param withEntropies whether the updates learn from them
   */
  Look look(
      List<Response> responses,
      double[] scores,
      List<MicroBatch> parts,
      boolean withEntropies,
      Runnable between) {
    var rollout = Rollout.blank(responses, scores, value.isPresent());
    for (MicroBatch part : parts) {
      between.run();
      float[] other = masters.frozen(step -> reference.answerLogProbs(step, part.answers()));
      Rollout.set(rollout.reference(), part, other, 0);
      value.ifPresent(
          network -> {
            float[] values = masters.frozen(step -> network.outputs(step, part.answers()));
            Rollout.set(rollout.values(), part, values, 0);
          });
    }
    for (MicroBatch part : parts.subList(1, parts.size())) {
      between.run();
      float[] own = masters.frozen(step -> policy.entropies(step, part.answers()));
      setOwn(rollout, part, own);
    }
    between.run();
    var entropies = withEntropies ? Entropies.LEARNT : Entropies.TOLD;
    MicroBatch first = parts.getFirst();
    var run = masters.forward(step -> policy.forward(step, first.answers(), UNDRAWN, entropies));
    setOwn(rollout, first, run.values());
    return new Look(rollout, first, run);
  }

  private static void setOwn(Rollout rollout, MicroBatch part, float[] said) {
    Rollout.set(rollout.old(), part, said, 0);
    Rollout.set(rollout.entropies(), part, said, part.tokens());
  }

  /** Of the policy against the reference. */
  PreferenceReading<TokenPair> reading(List<TokenPair> pairs, int microBatch, int mostRows) {
    return new PreferenceReading<>(policy, reference, masters, pairs, microBatch, mostRows);
  }

  /** Runs a micro-batch of an update forward and back. */
  void accumulate(MicroBatch part, UpdateLoss loss, boolean withEntropies) {
    var entropies = withEntropies ? Entropies.LEARNT : Entropies.NONE;
    masters.accumulate(
        step -> policy.forward(step, part.answers(), UNDRAWN, entropies),
        outputs -> loss.policy(part, outputs));
    accumulateValues(part, loss);
  }

  /** The same of one that the policy has gone through already. */
  void accumulate(Look look, UpdateLoss loss) {
    look.policy().back(outputs -> loss.policy(look.first(), outputs));
    look.close();
    accumulateValues(look.first(), loss);
  }

  private void accumulateValues(MicroBatch part, UpdateLoss loss) {
    value.ifPresent(
        network ->
            masters.accumulate(
                step -> network.forward(step, part.answers(), UNDRAWN),
                outputs -> loss.values(part, outputs)));
  }

  /** Native arrays held at the moment, for tests. */
  int openResources() {
    return manager.getManagedArrays().size() + masters.openResources();
  }

  @Override
  public void close() {
    masters.close();
    value.ifPresent(Trained::close);
    policy.close();
    reference.close();
    manager.close();
  }
}
