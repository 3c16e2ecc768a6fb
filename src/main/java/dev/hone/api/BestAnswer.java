package dev.hone.api;

import dev.hone.alignment.reward.AnswerRewards;
import dev.hone.alignment.reward.AnswerRewards.Said;
import dev.hone.alignment.reward.BestOfN;
import dev.hone.chat.Answer;
import dev.hone.chat.AnswerEnd;
import dev.hone.chat.Piece;
import dev.hone.chat.ReadableAnswer;
import dev.hone.inference.FinishReason;
import dev.hone.model.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The best of several answers that are drawn together, which is known when all of them have ended.
 * It is the completion's only choice; nothing is kept of the others.
 */
final class BestAnswer implements ReadableAnswer {
  private final List<Answer> drawn;
  private final List<Message> messages;
  private final AnswerRewards rewards;
  private final boolean store;

  /**
   * @param drawn none of which is stored when it ends
   * @param messages that they answer
   * @param store whether the best one is
   */
  BestAnswer(List<Answer> drawn, List<Message> messages, AnswerRewards rewards, boolean store) {
    this.drawn = drawn;
    this.messages = messages;
    this.rewards = rewards;
    this.store = store;
  }

  private record Read(List<Piece> pieces, AnswerEnd end) {
    static Read of(Answer answer) {
      var pieces = new ArrayList<Piece>();
      var end = answer.readPieces(pieces::add);
      return new Read(pieces, end);
    }

    Said said() {
      return new Said(
          pieces.stream().map(Piece::text).collect(Collectors.joining()),
          end.reason() == FinishReason.STOP);
    }
  }

  @Override
  public AnswerEnd readPieces(Consumer<Piece> reader) {
    List<Read> read = Choices.read(drawn, (_, answer) -> Read.of(answer));
    double[] scores = rewards.of(messages, read.stream().map(Read::said).toList());
    int best = BestOfN.best(scores);
    if (store) {
      drawn.get(best).storeAs(0);
    }
    read.get(best).pieces().forEach(reader);
    int all = read.stream().mapToInt(one -> one.end().completionTokens()).sum();
    var won = read.get(best).end();
    return won.over(read.getFirst().end().turn(), scores[best], all - won.completionTokens());
  }

  @Override
  public void cancel() {
    drawn.forEach(Answer::cancel);
  }
}
