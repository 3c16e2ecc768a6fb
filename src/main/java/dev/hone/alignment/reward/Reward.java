package dev.hone.alignment.reward;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.AdapterTraining;
import dev.hone.alignment.Algorithm;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.Figures;
import dev.hone.alignment.HeldOutExamples;
import dev.hone.alignment.Objective;
import dev.hone.alignment.TokenExample;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TokenRanking;
import dev.hone.alignment.Trained;
import dev.hone.alignment.TrainedScorer;
import dev.hone.alignment.TrainingPlace;
import dev.hone.model.DoraAdapter;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.ScalarHead;
import dev.hone.model.Trainable;
import dev.hone.model.WholeWeights;
import java.util.List;

/**
 * A reward model: an adapter and a head that says of an answer's last token how much the answer is
 * liked. The head begins at zero, whatever the adapter starts from.
 */
public record Reward(RewardSettings options) implements Algorithm<TokenRanking> {
  /**
   * A training on pairs, those of one prompt together ({@link Rankings}) unless there is a margin;
   * the same one of several is learnt once. To be closed by the caller.
   *
   * @param pairs in the tokens of the place's base, which need not be the policy's
   * @param heldOut likewise; measured on in between, each by itself
   */
  public static AdapterTraining<TokenRanking> onPairs(
      List<TokenPair> pairs,
      List<TokenPair> heldOut,
      RewardSettings settings,
      NDManager manager,
      TrainingPlace place,
      ComputeType compute) {
    // A margin counts in ratings, and a pair's are one apart whatever else its answers won against.
    var rankings = settings.margin() == 0 ? Rankings.of(pairs) : Rankings.apart(pairs);
    var kept = new HeldOutExamples.Others<>(List.of(), Rankings.apart(heldOut));
    return new AdapterTraining<>(manager, place, rankings, kept, new Reward(settings), compute);
  }

  @Override
  public Objective<TokenRanking> objective(Frozen frozen) {
    return (batch, _) ->
        (rankings, values, figures) -> slopes(rankings, batch.size(), values, figures);
  }

  @Override
  public Trained trained(NDManager manager, Network base, String baseName, Trainable trainable) {
    var head = ScalarHead.zero(manager, base.architecture());
    return switch (trainable) {
      case LoraAdapter adapter ->
          new TrainedScorer(base, baseName, adapter, head, options.training().forward());
      case DoraAdapter _, WholeWeights _ ->
          throw new IllegalArgumentException("a reward model is an adapter and a head");
    };
  }

  /**
   * @param all rankings of the step: its loss is their mean
   * @param values that the head says of the answers' tokens
   */
  private float[] slopes(List<TokenRanking> rankings, int all, float[] values, Figures figures) {
    var batch = TokenExample.batch(rankings);
    var losses = RewardLoss.ofAll(batch.ends(values), rankings, options.options());
    RewardLoss.tell(losses, figures);
    return batch.atEnds(RewardLoss.slopes(losses, all));
  }
}
