package dev.hone.alignment;

import java.util.Arrays;
import java.util.List;

/**
 * What a policy says of the tokens of a micro-batch's answers, answer by answer: their
 * log-probabilities, and of one in training, behind those, what {@link
 * dev.hone.model.Entropies#TOLD} has.
 *
 * @param numbers [tokens]; or [3 tokens]: behind the log-probabilities the entropies, in nats, then
 *     1 for each token that is the likeliest and 0 for the others
 * @param tokens of all the answers
 */
public record Said(float[] numbers, int tokens) {
  public static Said of(List<? extends TokenExample> examples, float[] numbers) {
    return new Said(numbers, examples.stream().mapToInt(TokenExample::targets).sum());
  }

  private boolean isTold() {
    return numbers.length > tokens;
  }

  /** The entropy of what a token was taken from, where it is told. */
  public void entropy(int token, Figures figures) {
    if (isTold()) {
      figures.add("entropy", numbers[tokens + token]);
    }
  }

  /** Whether a token that is to be learnt is the likeliest, where it is told. */
  public void accuracy(int token, Figures figures) {
    if (isTold()) {
      figures.add("mean_token_accuracy", numbers[2 * tokens + token]);
    }
  }

  /** Derivatives by all that was said, of those by the log-probabilities. */
  public float[] slopes(float[] byLogProbs) {
    return Arrays.copyOf(byLogProbs, numbers.length);
  }
}
