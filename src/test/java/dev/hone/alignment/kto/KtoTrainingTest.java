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

  /** Three answers in batches of two: every second step has one. */
  @Test
  void anAnswerThatIsAloneIsHeldAgainstZeroAndNotAgainstItself() {
    var settings =
        KtoSettings.of(
            Map.ofEntries(
                Map.entry("batchAnswers", "2"),
                Map.entry("epochs", "2"),
                Map.entry("warmup", "0"),
                Map.entry("schedule", "constant"),
                Map.entry("learningRate", "0.03"),
                Map.entry("rank", "4"),
                Map.entry("desirableWeight", "1"),
                Map.entry("undesirableWeight", "1")));
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
            new AdapterTraining<>(manager, place, GOOD, new Kto(settings), ComputeType.F32)) {
      training.run(recorder, CheckpointEvery.NEVER);
    }

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
}
