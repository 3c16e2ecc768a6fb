package dev.hone.alignment;

import dev.hone.model.AnswerBatch.Branches;
import dev.hone.model.AnswerBatch.Reading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Answers to one prompt as token ids, each with what it was rated. Of two answers the one rated
 * higher is preferred; the same rating is a tie. An answer ends with the end-of-turn id unless it
 * was cut.
 *
 * @param key SHA-256 over the ids and ratings, hexadecimal
 * @param ratings of the answers, in their order
 */
public record TokenRanking(String key, int[] prompt, List<int[]> answers, double[] ratings)
    implements TokenExample {
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

  public static TokenRanking of(int[] prompt, List<int[]> answers, double... ratings) {
    var parts = new ArrayList<int[]>();
    parts.add(prompt);
    parts.addAll(answers);
    for (double rating : ratings) {
      long bits = Double.doubleToLongBits(rating);
      parts.add(new int[] {(int) (bits >> Integer.SIZE), (int) bits});
    }
    return new TokenRanking(Digest.ofIds(parts.toArray(int[][]::new)), prompt, answers, ratings);
  }

  /** A pair as two answers that are 1 apart. */
  public static TokenRanking of(TokenPair pair) {
    return of(pair.prompt(), List.of(pair.chosen(), pair.rejected()), 1, 0);
  }

  @Override
  public Branches branches() {
    return new Branches(prompt, answers.toArray(int[][]::new));
  }

  @Override
  public Reading reading() {
    return Reading.AT;
  }
}
