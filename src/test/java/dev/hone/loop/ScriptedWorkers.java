package dev.hone.loop;

import dev.hone.evaluation.Comparison;
import dev.hone.evaluation.Estimate;
import dev.hone.evaluation.EvaluationReport;
import dev.hone.evaluation.Evidence;
import dev.hone.evaluation.PreferenceReport;
import dev.hone.evaluation.Sample;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Real processes that do as a worker does, but learn nothing. What becomes of a round is said by
 * its seed.
 */
@Alternative
@Singleton
public class ScriptedWorkers extends Workers {
  public static final int PASSES = 0;
  public static final int IS_REFUSED = 1;
  public static final int NEEDS_HUMAN = 2;

  /** The first worker works until it is told to end; the next one is let pass. */
  public static final int WAITS = 3;

  /** The first worker is killed after its first step; the next one is let pass. */
  public static final int DIES = 4;

  public static final int DIVERGES = 5;

  /** Its candidate's numbers are none. */
  public static final int IS_BROKEN = 6;

  /** Cannot be started: a part of the program is missing. */
  public static final int IS_MISSING = 7;

  /** As {@link #DIES}, every time. */
  public static final int DIES_AGAIN = 8;

  private static final String SCRIPT =
      """
      cd "$1"
      step() {
        report='"step":'$1',"steps":2,"loss":0.6,"learningRate":1e-4,"gradientNorm":1'
        report="$report"',"perSecond":4,"secondsLeft":2'
        report="$report"',"metrics":{"rewards/margins":0.1,"rewards/accuracies":0.75}'
        echo "{$report}" >> progress.jsonl
        echo '{"event":"stepped","report":{'"$report"'}}'
      }
      if [ "$2" = rewards ]; then
        step 1
        step 2
        exit 0
      fi
      if [ ! -e training.json ]; then
        echo '{"event":"computing","compute":"f32"}'
        mkdir -p checkpoints/step-000001 candidate
        [ -e first ] || step 1
        if [ "$2" = waits ] && [ ! -e first ]; then
          touch first
          while read -r line; do echo "$line" >> heard; done
          exit 4
        fi
        if [ "$2" = dies ] && [ ! -e first ]; then
          touch first
          kill -9 $$
        fi
        if [ "$2" = dies-again ]; then
          echo once more >> deaths
          kill -9 $$
        fi
        if [ "$2" = diverges ]; then
          echo '{"event":"failed","why":"step 2 has loss NaN"}'
          exit 1
        fi
        step 2
        echo "weights of $1" > candidate/adapter_model.safetensors
        echo '{}' > candidate/adapter_config.json
        echo '{"compute":"f32","pairs":48,"untrainable":{},"result":{"steps":2,"examples":16,"seconds":1.5,"lastLoss":0.6,"lastMetrics":{"rewards/margins":0.1}}}' > training.json
      fi
      echo '{"event":"trained"}'
      echo '{"event":"measured","phase":"evaluating","step":1,"steps":1,"perSecond":1,"secondsLeft":0}'
      cp evaluation.ready evaluation.json
      """;

  ScriptedWorkers(LoopConfig config) {
    super(config);
  }

  @Override
  List<String> command(Path folder) {
    var job = Job.read(new RoundFolder(folder).job()).orElseThrow();
    int scenario = (int) job.last().seed();
    if (scenario == IS_MISSING) {
      throw new NoClassDefFoundError("dev/hone/Gone");
    }
    if (!job.last().makesPolicy()) {
      RoundFolder.write(
          new RoundFolder(folder).made(), Made.before(job).withRewardModel("rm-scripted"));
      return List.of("sh", "-c", SCRIPT, "worker", folder.toString(), "rewards");
    }
    RoundFolder.write(folder.resolve("evaluation.ready"), report(scenario));
    String way =
        switch (scenario) {
          case WAITS -> "waits";
          case DIES -> "dies";
          case DIES_AGAIN -> "dies-again";
          case DIVERGES -> "diverges";
          default -> "passes";
        };
    return List.of("sh", "-c", SCRIPT, "worker", folder.toString(), way);
  }

  private static EvaluationReport report(int scenario) {
    return scenario == IS_BROKEN
        ? EvaluationReport.broken(scenario, 400, 0, Evidence.NONE)
        : measured(scenario);
  }

  private static EvaluationReport measured(int scenario) {
    var same = new Comparison(0.5, 0.5, -0.1, 0.1);
    var ratio = new Comparison(10, 10, 0.9, 1.1);
    return new EvaluationReport(
        scenario,
        true,
        switch (scenario) {
          case IS_REFUSED -> preferences(400, 0.4, 0.35, 0.45);
          case NEEDS_HUMAN -> preferences(12, 0.7, 0.4, 0.9);
          default -> preferences(400, 0.62, 0.57, 0.67);
        },
        Map.of(),
        0.52,
        ratio,
        ratio,
        new Estimate(0.01, 0.009, 0.011, 1_000),
        new Estimate(0.01, 0.009, 0.011, 1_000),
        ratio,
        List.of(ratio, ratio, ratio),
        same,
        same,
        same,
        same,
        same,
        List.of(Sample.answers("Hi", "Hello.", "Hello!", "")),
        Evidence.NONE);
  }

  private static PreferenceReport preferences(int pairs, double accuracy, double low, double high) {
    return new PreferenceReport(pairs, 0, accuracy, low, high, 0.2, 0.53, 0.55, 0.01);
  }
}
