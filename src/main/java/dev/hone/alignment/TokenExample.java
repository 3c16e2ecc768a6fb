package dev.hone.alignment;

import dev.hone.model.AnswerBatch;
import dev.hone.model.AnswerBatch.Reading;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Something to learn from, as token ids: a prompt with its answers. */
public sealed interface TokenExample permits TokenPair, TokenAnswer, TokenRanking {
  /** SHA-256 over all that it says, hexadecimal: the same example has the same key everywhere. */
  String key();

  /** As the network takes it: the prompt, then the answers branching off. */
  AnswerBatch.Branches branches();

  /** Which rows a head is to read. */
  default Reading reading() {
    return Reading.BEFORE;
  }

  /** Several of a kind at once; the answers are in the examples' order. */
  static AnswerBatch batch(List<? extends TokenExample> examples) {
    return new AnswerBatch(
        examples.stream().map(TokenExample::branches).toList(), examples.getFirst().reading());
  }

  /** Tokens of all answers. */
  default int targets() {
    return answerLengths().sum();
  }

  /** Rows that it takes in the network, at most. */
  default int rows() {
    return branches().prompt().length + targets();
  }

  /** Positions that the prompt and the longest answer take. */
  default int longest() {
    return branches().prompt().length + answerLengths().max().orElse(0);
  }

  private IntStream answerLengths() {
    return Arrays.stream(branches().answers()).mapToInt(answer -> answer.length);
  }
}
