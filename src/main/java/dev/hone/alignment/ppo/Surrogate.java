package dev.hone.alignment.ppo;

/** What is made small instead of the negative expected reward, token by token. */
public sealed interface Surrogate {
  /** As settings name them. */
  enum Kind {
    CLIPPED,
    REINFORCE
  }

  /**
   * @param slope derivative of the loss by the policy's log-probability
   * @param clipped whether the clipped ratio decides
   */
  record Term(double loss, double slope, boolean clipped) {}

  /**
   * @param policy log-probability of the token now
   * @param old when it was sampled
   */
  Term term(double policy, double old, double advantage);

  /**
   * PPO (Schulman et al. 2017, equation 7): with r = p_policy / p_old, the loss is -min(A r, A
   * clip(r)). Beyond the clip nothing draws further; back it does.
   *
   * @param low r is clipped at 1 - low
   * @param high and at 1 + high
   */
  record Clipped(double low, double high) implements Surrogate {
    @Override
    public Term term(double policy, double old, double advantage) {
      double ratio = Math.exp(policy - old);
      double free = -advantage * ratio;
      double bounded = -advantage * Math.clamp(ratio, 1 - low, 1 + high);
      return bounded > free ? new Term(bounded, 0, true) : new Term(free, free, false);
    }
  }

  /** -A log p (Williams 1992), for responses that the policy sampled as it is now. */
  record Reinforce() implements Surrogate {
    @Override
    public Term term(double policy, double old, double advantage) {
      return new Term(-advantage * policy, -advantage, false);
    }
  }
}
