package dev.hone.alignment.ppo;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;

/** What the KL penalty counts in the reward, from step to step. A state of the training. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(KlController.Fixed.class),
  @JsonSubTypes.Type(KlController.Adaptive.class)
})
public sealed interface KlController {
  double coefficient();

  /**
   * The controller of the next step.
   *
   * @param kl mean over the step's responses of the divergence summed over a response's tokens
   * @param samples the step's responses
   */
  KlController after(double kl, int samples);

  /** Always the same. */
  @JsonTypeName("fixed")
  record Fixed(double coefficient) implements KlController {
    @Override
    public Fixed after(double kl, int samples) {
      return this;
    }
  }

  /**
   * Drives the divergence to a target (Ziegler et al. 2019, section 2.2).
   *
   * @param target in nats a response
   * @param horizon samples over which an error at its bound changes the coefficient by as much
   */
  @JsonTypeName("adaptive")
  record Adaptive(double coefficient, double target, int horizon) implements KlController {
    /** Of the error: one step's outlier must not throw the coefficient far. */
    private static final double BOUND = 0.2;

    @Override
    public Adaptive after(double kl, int samples) {
      double error = Math.clamp(kl / target - 1, -BOUND, BOUND);
      return new Adaptive(coefficient * (1 + error * samples / horizon), target, horizon);
    }
  }
}
