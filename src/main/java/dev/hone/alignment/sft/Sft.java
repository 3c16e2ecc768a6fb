package dev.hone.alignment.sft;

import dev.hone.alignment.Algorithm;
import dev.hone.alignment.Figures;
import dev.hone.alignment.Objective;
import dev.hone.alignment.Said;
import dev.hone.alignment.TokenAnswer;
import java.util.List;

/**
 * Supervised fine-tuning on demonstrations: the mean negative log-likelihood of the tokens that are
 * learnt, over all of a step's. Several stand in one run of rows without padding and do not see
 * each other ({@link dev.hone.model.AnswerBatch}).
 */
public record Sft(SftSettings options) implements Algorithm<TokenAnswer> {
  @Override
  public Objective<TokenAnswer> objective(Frozen frozen) {
    return (batch, _) -> {
      int all = batch.stream().mapToInt(TokenAnswer::learntTokens).sum();
      return (answers, outputs, figures) -> slopes(answers, all, outputs, figures);
    };
  }

  /**
   * @param all tokens of the step that are learnt
   */
  private static float[] slopes(
      List<TokenAnswer> answers, int all, float[] outputs, Figures figures) {
    var said = Said.of(answers, outputs);
    var loss = SftLoss.of(answers, outputs, all, 1);
    if (loss.tokens() > 0) {
      figures.add(Figures.LOSS, loss.sum() / loss.tokens(), loss.tokens());
    }
    int at = 0;
    for (TokenAnswer answer : answers) {
      for (boolean learnt : answer.learnt()) {
        if (learnt) {
          said.entropy(at, figures);
          said.accuracy(at, figures);
        }
        at++;
      }
    }
    return loss.slopes();
  }
}
