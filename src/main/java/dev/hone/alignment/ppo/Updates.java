package dev.hone.alignment.ppo;

import dev.hone.alignment.Figures;
import java.util.List;
import java.util.Optional;

/**
 * The updates that a step makes of its experience: some passes over it, each in minibatches, until
 * the policy has moved too far from the one that sampled.
 */
record Updates(
    Roles roles, PpoSettings settings, Optional<Pretraining> pretraining, Runnable between) {
  /**
   * @param look at what {@code experience} is of
   * @param passes minibatches of each
   * @return mean norm of the gradients before they were shortened
   */
  double make(
      Experience experience,
      Look look,
      List<List<List<MicroBatch>>> passes,
      double rate,
      Figures figures) {
    var begun = Optional.of(look);
    var norms = RunningMoments.NONE;
    var ratios = RunningMoments.NONE;
    double limit = settings.losses().earlyStopKl();
    updates:
    for (List<List<MicroBatch>> pass : passes) {
      for (List<MicroBatch> minibatch : pass) {
        var loss = accumulate(experience, begun, minibatch, figures);
        begun = Optional.empty();
        ratios = ratios.with(loss.moved().ratio().mean());
        loss.tellMoved();
        if (limit > 0 && loss.moved().approxKl() > limit) {
          roles.masters().forget();
          break updates;
        }
        pretraining.ifPresent(other -> learnBesides(other, loss, figures));
        loss.tell();
        norms = norms.with(roles.masters().step(rate));
      }
    }
    figures.add("val/ratio_var", ratios.variance());
    figures.add("policy/updates", (double) norms.count());
    return norms.mean();
  }

  private UpdateLoss accumulate(
      Experience experience, Optional<Look> begun, List<MicroBatch> minibatch, Figures figures) {
    var losses = settings.losses();
    var loss =
        new UpdateLoss(experience, minibatch, losses, settings.rollouts().maxNewTokens(), figures);
    begun.ifPresent(look -> roles.accumulate(look, loss));
    for (MicroBatch part : minibatch.subList(begun.isPresent() ? 1 : 0, minibatch.size())) {
      between.run();
      roles.accumulate(part, loss, losses.learnsEntropies());
    }
    return loss;
  }

  private void learnBesides(Pretraining other, UpdateLoss loss, Figures figures) {
    other.accumulate(roles.masters().updates(), roles.policy(), roles.masters(), loss, figures);
  }
}
