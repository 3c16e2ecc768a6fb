package dev.hone.alignment.ppo;

import dev.hone.alignment.Figures;
import java.util.Arrays;
import java.util.List;

/**
 * The loss of one update, a minibatch of an experience, micro-batch by micro-batch: its terms are
 * weighted sums over tokens, so the parts add up.
 */
final class UpdateLoss {
  private final Experience experience;
  private final LossSettings settings;
  private final Surrogate surrogate;
  private final double[] weights;
  private final double tokens;
  private final Figures figures;
  private PolicyFigures moved = PolicyFigures.NONE;
  private double sum;

  /** Of the surrogate alone. */
  private double ofPolicy;

  /** Estimates of the divergence that the loss holds down, over all tokens. */
  private double divergence;

  /**
   * @param minibatch the indices of its responses
   * @param maxTokens of a response
   * @param figures the update's are added to
   */
  UpdateLoss(
      Experience experience,
      List<MicroBatch> minibatch,
      LossSettings settings,
      int maxTokens,
      Figures figures) {
    this.experience = experience;
    this.settings = settings;
    this.surrogate = settings.loss();
    this.figures = figures;
    int[] own = minibatch.stream().flatMapToInt(part -> Arrays.stream(part.responses())).toArray();
    int[] lengths = Arrays.stream(own).map(this::length).toArray();
    double[] ofOwn = settings.aggregation().weights(lengths, maxTokens);
    this.weights = new double[experience.advantages().size()];
    for (int i = 0; i < own.length; i++) {
      weights[own[i]] = ofOwn[i];
    }
    this.tokens = Arrays.stream(lengths).sum();
  }

  private int length(int response) {
    return experience.advantages().get(response).length;
  }

  /**
   * @param outputs log-probabilities of the micro-batch's tokens, and behind them the entropies if
   *     they count or were told
   * @return derivatives of the loss by them
   */
  float[] policy(MicroBatch part, float[] outputs) {
    var policy = part.cut(outputs, 0);
    float[] slopes = new float[outputs.length];
    int at = 0;
    for (int i = 0; i < policy.size(); i++) {
      int response = part.responses()[i];
      double weight = weights[response];
      double[] old = experience.rollout().old().get(response);
      double[] advantages = experience.advantages().get(response);
      var loss = PolicyLoss.of(surrogate, policy.get(i), old, advantages, weight);
      var kl =
          KlLoss.of(
              settings.klLossEstimator(),
              policy.get(i),
              experience.rollout().reference().get(response),
              settings.klLossCoefficient() * weight);
      ofPolicy += loss.loss();
      if (settings.klLossCoefficient() > 0) {
        divergence += kl.loss() / (settings.klLossCoefficient() * weight);
      }
      for (int t = 0; t < old.length; t++) {
        slopes[at] = (float) (loss.slopes()[t] + kl.slopes()[t]);
        if (settings.learnsEntropies()) {
          // The loss has - coefficient * entropy.
          double ofEntropy = settings.entropyCoefficient() * weight;
          slopes[part.tokens() + at] = (float) -ofEntropy;
          sum -= ofEntropy * outputs[part.tokens() + at];
        }
        at++;
      }
      sum += loss.loss() + kl.loss();
      moved = moved.merged(loss.figures());
    }
    return slopes;
  }

  /**
   * @param outputs values before the micro-batch's tokens
   * @return derivatives of the loss by them
   */
  float[] values(MicroBatch part, float[] outputs) {
    var values = part.cut(outputs, 0);
    float[] slopes = new float[outputs.length];
    int at = 0;
    for (int i = 0; i < values.size(); i++) {
      int response = part.responses()[i];
      var loss =
          ValueLoss.of(
              values.get(i),
              experience.rollout().values().get(response),
              experience.targets().get(response),
              settings.valueRange(),
              1 / tokens);
      for (double slope : loss.slopes()) {
        slopes[at++] = (float) (settings.valueCoefficient() * slope);
      }
      sum += settings.valueCoefficient() * loss.loss();
      figures.add(
          "loss/value_avg", loss.loss() * tokens / values.get(i).length, values.get(i).length);
      figures.add(
          "val/clipfrac_avg", (double) loss.clipped() / values.get(i).length, values.get(i).length);
    }
    return slopes;
  }

  /** Another loss that is made small besides. */
  void add(double loss) {
    sum += loss;
  }

  /** How far the policy had moved before this update. */
  PolicyFigures moved() {
    return moved;
  }

  /** Tells how far the policy had moved, of an update that is given up for it too. */
  void tellMoved() {
    figures.add("policy/approxkl_avg", moved.approxKl());
    figures.add("policy/clipfrac_avg", moved.clipFraction());
    figures.add("val/ratio", moved.ratio().mean());
  }

  /** Tells of the update; once all of its micro-batches are through. */
  void tell() {
    figures.add(Figures.LOSS, sum);
    figures.add("loss/policy_avg", ofPolicy);
    if (settings.klLossCoefficient() > 0) {
      figures.add("loss/kl_avg", divergence / tokens);
    }
  }
}
