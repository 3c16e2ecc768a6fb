package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.dpo.Dpo;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.alignment.kto.Kto;
import dev.hone.alignment.kto.KtoSettings;
import dev.hone.alignment.reward.Reward;
import dev.hone.alignment.reward.RewardSettings;
import dev.hone.alignment.sft.Sft;
import dev.hone.alignment.sft.SftSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings of the small model that end without a word, and go on from their last checkpoint. */
class KilledTrainingTest {
  private static final CheckpointEvery TWO_STEPS = new CheckpointEvery(Double.POSITIVE_INFINITY, 2);
  private static final List<TokenPair> PAIRS = pairs();

  @TempDir Path folder;

  private NDManager manager;
  private ComputeType compute;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({
    // Of the second checkpoint, of the first, before there is one; in the middle of a step.
    "dpo, F32, 4, 2, 5",
    "dpo, F32, 1, 2, 1",
    "sft, F32, 3, 1, 3",
    "kto, F32, 3, 2, 3",
    "rm, F32, 3, 2, 3",
    "dpo, BF16, 3, 2, 3",
    "sft, BF16, 3, 2, 3",
    "kto, BF16, 3, 2, 3",
    "rm, BF16, 3, 2, 3"
  })
  void theyEndInTheSameBytes(String method, ComputeType type, int steps, int looks, int next)
      throws IOException {
    compute = type;
    train("whole", method, new Recorder(-1));
    assertThatThrownBy(() -> train("cut", method, Killed.after(steps, looks)))
        .isInstanceOf(Killed.class);
    var resumed = new Recorder(-1);
    train("cut", method, resumed);

    assertThat(resumed.reports.getFirst().step()).isEqualTo(next);
    assertThat(resumed.reports.getLast().step()).isEqualTo(5);
    try (var files = Files.list(folder.resolve("whole/candidate"))) {
      var all = files.toList();
      assertThat(all).hasSize(method.equals("rm") ? 3 : 2);
      for (Path file : all) {
        assertThat(folder.resolve("cut/candidate").resolve(file.getFileName()))
            .hasSameBinaryContentAs(file);
      }
    }
  }

  private void train(String name, String method, TrainingWatch watch) {
    switch (method) {
      case "dpo" -> train(name, new Dpo(DpoSettings.of(settings("Pairs"))), PAIRS, watch);
      case "sft" ->
          train(name, new Sft(SftSettings.of(settings("Answers"))), answers(PAIRS), watch);
      case "kto" ->
          train(name, new Kto(KtoSettings.of(settings("Answers"))), answers(PAIRS), watch);
      case "rm" ->
          train(
              name,
              new Reward(RewardSettings.of(settings("Prompts"))),
              PAIRS.stream().map(TokenRanking::of).toList(),
              watch);
      default -> throw new IllegalArgumentException(method);
    }
  }

  private <E extends TokenExample> void train(
      String name, Algorithm<E> algorithm, List<E> examples, TrainingWatch watch) {
    new SmallTraining(manager, folder.resolve(name), compute)
        .train(algorithm, examples, watch, TWO_STEPS);
  }

  /** With averages and dropout, so that all a checkpoint may hold counts. */
  private static Map<String, String> settings(String unit) {
    var set = SmallTraining.settings(unit);
    set.putAll(
        Map.of(
            "batch" + unit,
            "6",
            "microBatch" + unit,
            "2",
            "dropout",
            "0.1",
            "ema",
            "0.8",
            "epochs",
            "5",
            "maxSteps",
            "5"));
    return set;
  }

  private static List<TokenAnswer> answers(List<TokenPair> pairs) {
    return pairs.stream()
        .flatMap(
            pair ->
                Stream.of(
                    TokenAnswer.of(pair.prompt(), pair.chosen(), true),
                    TokenAnswer.of(pair.prompt(), pair.rejected(), false)))
        .toList();
  }

  private static List<TokenPair> pairs() {
    var random = new SplittableRandom(5);
    var pairs = new ArrayList<TokenPair>();
    for (int i = 0; i < 12; i++) {
      pairs.add(
          TokenPair.of(
              random.ints(3 + i % 4, 0, 64).toArray(),
              random.ints(4 + i % 3, 0, 32).toArray(),
              random.ints(3 + i % 5, 32, 64).toArray()));
    }
    return pairs;
  }
}
