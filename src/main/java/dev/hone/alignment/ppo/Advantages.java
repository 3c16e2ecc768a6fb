package dev.hone.alignment.ppo;

import java.util.Arrays;

/**
 * Advantages and value targets of one response. {@code values[t]} is the value of the state before
 * token t, of the prompt and the tokens before it; after the last token the episode is over and the
 * value 0. Arrays hold the response's own tokens, so there is no mask.
 *
 * @param gamma what the next token's reward counts
 * @param lambda what the next token's TD residual counts besides; 0 trusts the values alone, 1 the
 *     rewards alone
 */
record Advantages(double gamma, double lambda) {
  double[] of(AdvantageKind kind, double[] rewards, double[] values) {
    return switch (kind) {
      case RETURN -> {
        double[] whole = new double[rewards.length];
        Arrays.fill(whole, discounted(rewards, gamma)[0]);
        yield whole;
      }
      case RETURN_TO_GO_WITH_BASELINE -> plus(discounted(rewards, gamma), values, -1);
      case TD_RESIDUAL -> residuals(rewards, values);
      // Schulman et al. 2016, equation 16.
      case GAE -> discounted(residuals(rewards, values), gamma * lambda);
    };
  }

  double[] targets(ValueTarget target, double[] rewards, double[] values) {
    var kind =
        switch (target) {
          case TD -> AdvantageKind.TD_RESIDUAL;
          case GAE -> AdvantageKind.GAE;
        };
    return plus(of(kind, rewards, values), values, 1);
  }

  /** r_t + gamma V_(t+1) - V_t. */
  private double[] residuals(double[] rewards, double[] values) {
    double[] residuals = new double[rewards.length];
    for (int t = 0; t < rewards.length; t++) {
      double next = t + 1 < values.length ? values[t + 1] : 0;
      residuals[t] = rewards[t] + gamma * next - values[t];
    }
    return residuals;
  }

  /** Of each number with all after it, the next one counting {@code factor} times. */
  private static double[] discounted(double[] numbers, double factor) {
    double[] sums = new double[numbers.length];
    double after = 0;
    for (int t = numbers.length - 1; t >= 0; t--) {
      after = numbers[t] + factor * after;
      sums[t] = after;
    }
    return sums;
  }

  private static double[] plus(double[] numbers, double[] others, double times) {
    double[] sums = new double[numbers.length];
    for (int t = 0; t < numbers.length; t++) {
      sums[t] = numbers[t] + times * others[t];
    }
    return sums;
  }
}
