package dev.hone.alignment.ppo;

import dev.hone.alignment.Digest;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainingException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a policy is to answer, who lets it speak and who grades it.
 *
 * @param prompts by which the responses are known; the last ones are not learnt from
 * @param heldOutPrompts how many of them
 * @param demonstrations that are learnt besides (PPO-ptx)
 * @param heldOut preferences that the policy is measured on in between
 * @param rollouts closed by whoever made them
 * @param gradedBy everything that a grade depends on, besides the response
 * @param rewardModel folder of one over the same base, which the value network begins as
 */
public record Assignment(
    List<int[]> prompts,
    int heldOutPrompts,
    List<TokenAnswer> demonstrations,
    List<TokenPair> heldOut,
    Rollouts rollouts,
    Graders graders,
    String gradedBy,
    Optional<Path> rewardModel) {
  void check(PpoSettings settings, int maxPositions) {
    if (learnt() < 1) {
      throw new TrainingException("no_examples", "there is no prompt to answer");
    }
    if (demonstrations.isEmpty() && settings.losses().ptxCoefficient() > 0) {
      throw new TrainingException(
          "no_demonstrations", "ptxCoefficient is above 0, and there is nothing to learn from");
    }
    int most = settings.training().maxTokens();
    if (most > maxPositions) {
      throw new TrainingException(
          "too_long", "maxTokens is %d, the model has %d positions".formatted(most, maxPositions));
    }
    int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
    if (longest + settings.rollouts().maxNewTokens() > most) {
      throw new TrainingException(
          "too_long",
          "a prompt of %d tokens leaves no room for maxNewTokens %d within maxTokens %d"
              .formatted(longest, settings.rollouts().maxNewTokens(), most));
    }
  }

  /** Prompts that are learnt from. */
  int learnt() {
    return prompts.size() - heldOutPrompts;
  }

  /** SHA-256 over all that decides what is learnt. */
  String digest() {
    var ids = Stream.concat(Stream.of("" + learnt()), prompts.stream().map(Digest::ofIds));
    var keys = demonstrations.stream().map(TokenAnswer::key);
    return Digest.of(Stream.of(Stream.of(gradedBy), ids, keys).flatMap(parts -> parts).toList());
  }
}
