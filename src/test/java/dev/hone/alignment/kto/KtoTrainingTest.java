package dev.hone.alignment.kto;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.AdapterTraining;
import dev.hone.alignment.CheckpointEvery;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.Recorder;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TrainingPlace;
import dev.hone.model.SmallModel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KtoTrainingTest {
  /** Alike, so that what one step learns makes the next one's answers more likely. */
  private static final List<TokenAnswer> GOOD =
      List.of(
          TokenAnswer.of(new int[] {3, 4}, new int[] {9, 10, 11}, true),
          TokenAnswer.of(new int[] {3, 5}, new int[] {9, 10, 12}, true),
          TokenAnswer.of(new int[] {3, 6}, new int[] {9, 10, 13}, true));

  @TempDir Path folder;

  /** A long prompt meets the long answer of another, and both are within maxTokens. */
  @Test
  void promptsAndOthersAnswersMayBeLongerThanAnyExample() {
    var lopsided =
        List.of(
            TokenAnswer.of(new int[40], new int[] {9, 10}, true),
            TokenAnswer.of(new int[] {3, 4}, new int[40], false));
    var recorder = train(lopsided, Map.of("maxTokens", "100"));
    assertThat(recorder.reports).hasSize(1);
    assertThat(recorder.reports.getFirst().metrics().get("kl")).isNotNegative();
  }

  /** Three answers in batches of two: every second step has one. */
  @Test
  void anAnswerThatIsAloneIsHeldAgainstZeroAndNotAgainstItself() {
    var recorder = train(GOOD, Map.of("batchAnswers", "2", "epochs", "2"));
    assertThat(recorder.reports).hasSize(4);
    // With others beside them, answers are held against what all have gained.
    assertThat(recorder.reports.get(2).metrics().get("kl")).isPositive();
    for (int alone : new int[] {1, 3}) {
      var report = recorder.reports.get(alone);
      assertThat(report.metrics().get("kl")).isZero();
      assertThat(report.metrics().get("rewards/chosen")).isPositive();
      // Its own log-ratio in place of the 0 would make that a half, whatever was learnt.
      assertThat(report.loss()).isLessThan(0.499);
    }
  }

  /** As TRL has it, from which the alarm on rewards reads whether they rise. */
  @Test
  void theMarginIsToldWhereAStepHasBothKinds() {
    var both =
        List.of(
            TokenAnswer.of(new int[] {3, 4}, new int[] {9, 10, 11}, true),
            TokenAnswer.of(new int[] {3, 5}, new int[] {9, 10, 12}, true),
            TokenAnswer.of(new int[] {3, 6}, new int[] {9, 10, 13}, false));
    var recorder = train(both, Map.of("batchAnswers", "2", "epochs", "2"));
    var seen = new HashSet<Boolean>();
    for (var report : recorder.reports) {
      Double chosen = report.metrics().get("rewards/chosen");
      Double rejected = report.metrics().get("rewards/rejected");
      seen.add(chosen != null && rejected != null);
      if (chosen == null || rejected == null) {
        assertThat(report.metrics()).doesNotContainKey("rewards/margins");
      } else {
        assertThat(report.metrics()).containsEntry("rewards/margins", chosen - rejected);
      }
    }
    assertThat(seen).containsExactlyInAnyOrder(true, false);
  }

  private Recorder train(List<TokenAnswer> answers, Map<String, String> more) {
    Map<String, String> set = new HashMap<>(more);
    set.put("warmup", "0");
    set.put("schedule", "constant");
    set.put("learningRate", "0.03");
    set.put("rank", "4");
    set.put("desirableWeight", "1");
    set.put("undesirableWeight", "1");
    var settings = KtoSettings.of(set);
    var place =
        new TrainingPlace(
            SmallModel.PLAIN.folder(),
            "hash",
            "parent",
            Optional.of(SmallModel.PLAIN.folder().resolve("adapter")),
            folder,
            folder.resolve("logprobs"));
    var recorder = new Recorder(-1);
    try (var manager = NDManager.newBaseManager();
        var training =
            new AdapterTraining<>(manager, place, answers, new Kto(settings), ComputeType.F32)) {
      training.run(recorder, CheckpointEvery.NEVER);
    }
    return recorder;
  }
}
