package dev.hone.alignment.reward;

import dev.hone.model.Message;
import dev.hone.registry.UnknownModelException;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Rewards answers by what a test says; without that there is no reward model. */
@Alternative
@Singleton
public class ScriptedRewards extends AnswerRewards {
  private volatile ToDoubleFunction<Said> script;
  private volatile int bestOf = 1;
  private volatile boolean missing;

  ScriptedRewards(RewardConfig config) {
    super(config);
  }

  /** Null for none. */
  public void are(ToDoubleFunction<Said> rewards, int bestOfByDefault) {
    script = rewards;
    bestOf = bestOfByDefault;
    missing = false;
  }

  /** The settings name one that is not there. */
  public void areMissing(int bestOfByDefault) {
    are(_ -> 0, bestOfByDefault);
    missing = true;
  }

  @Override
  public boolean available() {
    return script != null;
  }

  @Override
  public int bestOf() {
    return bestOf;
  }

  @Override
  public void load(List<Message> messages) {
    if (missing) {
      throw new RewardsUnavailableException(new UnknownModelException("mine"));
    }
  }

  @Override
  public double[] of(List<Message> messages, List<Said> answers) {
    return answers.stream().mapToDouble(script).toArray();
  }
}
