package dev.hone.alignment;

import dev.hone.model.AnswerBatch;
import dev.hone.model.AnswerBatch.Branches;
import dev.hone.model.AnswerBatch.Reading;
import java.util.Arrays;
import java.util.List;

/**
 * Answers to one prompt as token ids, each with what it was rated. Of two answers the one rated
 * higher is preferred; the same rating is a tie. An answer ends with the end-of-turn id unless it
 * was cut.
 *
 * @param ratings of the answers, in their order
 */
public record TokenRanking(int[] prompt, List<int[]> answers, double[] ratings) {
  public TokenRanking {
    answers = List.copyOf(answers);
    if (prompt.length == 0 || answers.stream().anyMatch(answer -> answer.length == 0)) {
      throw new IllegalArgumentException("prompt and answers need at least one token each");
    }
    if (answers.size() != ratings.length) {
      throw new IllegalArgumentException(
          "%d answers have %d ratings".formatted(answers.size(), ratings.length));
    }
    if (!Arrays.stream(ratings).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("a rating is no number");
    }
    if (Arrays.stream(ratings).distinct().count() < 2) {
      throw new IllegalArgumentException("no answer is rated higher than another");
    }
  }

  /** A pair as two answers that are 1 apart. */
  public static TokenRanking of(TokenPair pair) {
    return new TokenRanking(
        pair.prompt(), List.of(pair.chosen(), pair.rejected()), new double[] {1, 0});
  }

  /** As the network takes it: the prompt, then all answers branching off. */
  public Branches branches() {
    return new Branches(prompt, answers.toArray(int[][]::new));
  }

  /** Several at once, read where an answer's tokens are; the answers are in the rankings' order. */
  public static AnswerBatch batch(List<TokenRanking> rankings) {
    return new AnswerBatch(rankings.stream().map(TokenRanking::branches).toList(), Reading.AT);
  }
}
