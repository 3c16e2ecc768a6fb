package dev.hone.loop;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.hone.evaluation.Check;
import dev.hone.preference.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A round as it is shown.
 *
 * @param plan how its candidate is made
 * @param parent the version it starts from, which is its reference too
 * @param version the candidate's id; null until it is trained
 * @param compute number format of training; null until it is chosen
 * @param endedAt null while it runs
 * @param why what an end that was not planned, or a person, gave as reason; otherwise null
 * @param progress null unless its worker is at work
 * @param metrics what was measured; null before
 * @param gate the checks with their verdicts; null before
 * @param paused whether the worker waits for chats to end
 */
public record Round(
    String id,
    Plan plan,
    RoundState state,
    String parent,
    String version,
    Snapshot snapshot,
    String compute,
    Instant startedAt,
    Instant endedAt,
    String startedBy,
    String why,
    Progress progress,
    RoundMetrics metrics,
    List<Check> gate,
    boolean paused) {

  /**
   * How far the worker is. Numbers that a phase does not have are null.
   *
   * @param stage of the plan, from 1; null where it has one, and after training
   * @param phase {@code training} or one of {@link dev.hone.evaluation.EvaluationWatch}
   * @param loss of the last step, as are the three behind it
   * @param gradientNorm before clipping
   * @param metrics by TRL's names (docs/algorithms)
   * @param perSecond examples in training, parts otherwise
   */
  public record Progress(
      Integer stage,
      String phase,
      int step,
      int steps,
      Double loss,
      Double learningRate,
      Double gradientNorm,
      Map<String, Double> metrics,
      Double perSecond,
      Double secondsLeft) {}

  /** The plan's name. */
  @JsonProperty
  public String recipe() {
    return plan.name();
  }

  /** Every setting of the plan, by the name under which it can be set. */
  @JsonProperty
  public Map<String, String> settings() {
    return plan.settings();
  }

  /** The same, with what is known while it runs. */
  Round live(Progress now, boolean waits) {
    return new Round(
        id, plan, state, parent, version, snapshot, compute, startedAt, endedAt, startedBy, why,
        now, metrics, gate, waits);
  }
}
