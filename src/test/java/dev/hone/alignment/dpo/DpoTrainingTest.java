package dev.hone.alignment.dpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.AdapterTraining;
import dev.hone.alignment.CancelledException;
import dev.hone.alignment.CheckpointEvery;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.PairScorer;
import dev.hone.alignment.Recorder;
import dev.hone.alignment.SettingsText;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingPlace;
import dev.hone.alignment.TrainingResult;
import dev.hone.alignment.TrainingWatch;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DpoTrainingTest {
  private static final Path BASE = SmallModel.PLAIN.folder();
  private static final Path PARENT = BASE.resolve("adapter");
  private static final CheckpointEvery MINUTE = new CheckpointEvery(60, 0);

  @TempDir Path folder;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"F32, 1e-4, true", "F32, 1e-4, false", "BF16, 5e-3, true", "BF16, 5e-3, false"})
  void theFirstLossIsLnTwo(ComputeType compute, double tolerance, boolean hasParent) {
    var recorder = new Recorder(-1);
    var parent = hasParent ? Optional.of(PARENT) : Optional.<Path>empty();
    try (var training = training("a", parent, compute, settings("maxSteps", "1"))) {
      training.run(recorder, MINUTE);
    }
    var first = recorder.reports.getFirst();
    assertThat(first.loss()).isCloseTo(Math.log(2), within(tolerance));
    assertThat(first.gradientNorm()).isPositive();
  }

  /** Whatever another training has remembered of the same reference. */
  @Test
  void policyAndReferenceRoundAlikeWhereAnAdapterAddsWithinTheMlp() {
    for (String targets : List.of("q", "q,gate,up", "q")) {
      var recorder = new Recorder(-1);
      var set = settings("maxSteps", "1", "targets", targets);
      String name = targets.equals("q") ? "a" : "b";
      try (var training = training(name, Optional.empty(), ComputeType.BF16, set)) {
        training.run(recorder, MINUTE);
      }
      recorder.reports.forEach(
          report -> assertThat(report.loss()).isCloseTo(Math.log(2), within(1e-9)));
    }
  }

  @Test
  void trainingTeachesWhatWasPreferred() {
    var recorder = new Recorder(-1);
    TrainingResult result;
    try (var training = training("a", Optional.of(PARENT), ComputeType.F32, settings())) {
      result = training.run(recorder, MINUTE);
    }
    assertThat(result.steps()).isEqualTo(recorder.reports.size()).isEqualTo(30);
    assertThat(result.examples()).isEqualTo(240);
    assertThat(result.lastLoss()).isLessThan(0.4);
    assertThat(result.lastMetrics().get("rewards/accuracies")).isGreaterThan(0.9);
    assertThat(recorder.reports.getLast().metrics()).isEqualTo(result.lastMetrics());
    assertThat(recorder.reports.getLast().secondsLeft()).isZero();
    assertThat(folder.resolve("a/candidate/adapter_config.json")).exists();
    assertThat(folder.resolve("a/checkpoints")).doesNotExist();
    assertThat(accuracy(folder.resolve("a/candidate"))).isGreaterThan(0.9);
  }

  @Test
  void overAParentOfFullWeightsFullWeightsAreTrained() {
    var full = Optional.of(SmallModel.PLAIN.merged(PARENT, folder.resolve("parent")));
    var recorder = new Recorder(-1);
    try (var training = training("a", full, ComputeType.F32, settings())) {
      assertThatThrownBy(() -> training.run(new Recorder(30), MINUTE))
          .isInstanceOf(CancelledException.class);
    }
    try (var training = training("a", full, ComputeType.F32, settings())) {
      training.run(recorder, MINUTE);
    }
    assertThat(recorder.reports.getFirst().step()).isGreaterThan(1);
    assertThat(folder.resolve("a/candidate")).isDirectoryNotContaining("glob:**adapter_*");
    assertThat(folder.resolve("a/candidate/model.safetensors"))
        .hasSize(BASE.resolve("model.safetensors").toFile().length());
    assertThat(accuracy(folder.resolve("a/candidate"))).isGreaterThan(0.9);
  }

  /** Of the candidate against its parent, by another way than the training's own figure. */
  private double accuracy(Path candidate) {
    try (var scorer = new PairScorer(manager, BASE, Optional.of(candidate), Optional.of(PARENT))) {
      return scorer.score(pairs()).stream()
          .mapToDouble(
              s ->
                  s.policyChosen() - s.referenceChosen()
                          > s.policyRejected() - s.referenceRejected()
                      ? 1
                      : 0)
          .average()
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aResumedTrainingEqualsAnUninterruptedOneToTheBit(ComputeType compute) throws IOException {
    var whole = new Recorder(-1);
    try (var training = training("whole", Optional.of(PARENT), compute, settings())) {
      training.run(whole, MINUTE);
    }
    var parts = new ArrayList<StepReport>();
    for (int microBatches : List.of(0, 9, 30, -1)) {
      var recorder = new Recorder(microBatches);
      try (var training = training("parts", Optional.of(PARENT), compute, settings())) {
        training.run(recorder, MINUTE);
      } catch (CancelledException e) {
        assertThat(e).hasMessage("enough");
      }
      parts.addAll(recorder.reports);
    }
    assertThat(parts).hasSameSizeAs(whole.reports);
    for (int i = 0; i < parts.size(); i++) {
      assertThat(parts.get(i).loss()).isEqualTo(whole.reports.get(i).loss());
      assertThat(parts.get(i).gradientNorm()).isEqualTo(whole.reports.get(i).gradientNorm());
    }
    assertThat(folder.resolve("parts/candidate/adapter_model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/candidate/adapter_model.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dropout=0.2 rsLora=true ema=0.9 gradientCheckpointing=true lengthBuckets=true",
        "adapter=dora ema=0.5",
        "adapter=full learningRate=1e-3 gradientCheckpointing=true"
      })
  void soItDoesWhateverIsTrained(String set) throws IOException {
    var settings = new HashMap<>(Map.of("maxSteps", "4"));
    settings.putAll(SettingsText.read(set));
    for (String name : List.of("whole", "parts")) {
      for (int microBatches : name.equals("whole") ? List.of(-1) : List.of(9, -1)) {
        try (var training =
            training(name, Optional.of(PARENT), ComputeType.F32, DpoSettings.of(settings))) {
          training.run(new Recorder(microBatches), MINUTE);
        } catch (CancelledException e) {
          assertThat(e).hasMessage("enough");
        }
      }
    }
    String file = set.contains("adapter=") ? "model.safetensors" : "adapter_model.safetensors";
    assertThat(folder.resolve("parts/candidate").resolve(file))
        .hasSameBinaryContentAs(folder.resolve("whole/candidate").resolve(file));
  }

  @Test
  void theLastTwoCheckpointsAreKeptAndAnotherJobsAreNotTakenUp() throws IOException {
    for (int microBatches : List.of(4, 4, 5)) {
      try (var training = training("a", Optional.empty(), ComputeType.F32, settings())) {
        assertThatThrownBy(() -> training.run(new Recorder(microBatches), MINUTE))
            .isInstanceOf(CancelledException.class);
      }
    }
    try (var steps = Files.list(folder.resolve("a/checkpoints"))) {
      assertThat(steps.map(step -> step.getFileName().toString()))
          .containsExactlyInAnyOrder("step-000002", "step-000003");
    }
    var recorder = new Recorder(4);
    try (var training = training("a", Optional.empty(), ComputeType.F32, settings("beta", "0.7"))) {
      assertThatThrownBy(() -> training.run(recorder, MINUTE))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(recorder.reports.getFirst().step()).isEqualTo(1);
  }

  @Test
  void aDamagedCheckpointIsPassedOverForTheOneBefore() throws IOException {
    for (int microBatches : List.of(4, 4)) {
      try (var training = training("a", Optional.empty(), ComputeType.F32, settings())) {
        assertThatThrownBy(() -> training.run(new Recorder(microBatches), MINUTE))
            .isInstanceOf(CancelledException.class);
      }
    }
    Path state = folder.resolve("a/checkpoints/step-000002/state.safetensors");
    byte[] bytes = Files.readAllBytes(state);
    bytes[bytes.length - 1] ^= 1;
    Files.write(state, bytes);
    var recorder = new Recorder(4);
    try (var training = training("a", Optional.empty(), ComputeType.F32, settings())) {
      assertThatThrownBy(() -> training.run(recorder, MINUTE))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(recorder.reports.getFirst().step()).isEqualTo(2);
  }

  @Test
  void aFinishedTrainingSaysItsResultAgain() {
    TrainingResult first;
    try (var training =
        training("a", Optional.empty(), ComputeType.F32, settings("maxSteps", "2"))) {
      first = training.run(new Recorder(-1), MINUTE);
    }
    try (var training =
        training("a", Optional.empty(), ComputeType.F32, settings("maxSteps", "2"))) {
      assertThat(training.run(new Recorder(0), MINUTE)).isEqualTo(first);
    }
  }

  @Test
  void nothingPilesUpOverManySteps() {
    var counts = new ArrayList<Integer>();
    try (var training = training("a", Optional.of(PARENT), ComputeType.F32, settings())) {
      training.run(
          new TrainingWatch() {
            @Override
            public void step(StepReport report) {
              int elsewhere = manager.getParentManager().getManagedArrays().size();
              counts.add(training.openResources() + elsewhere);
            }

            @Override
            public void betweenMicroBatches() {}
          },
          MINUTE);
    }
    assertThat(counts.subList(1, counts.size())).containsOnly(counts.get(1));
  }

  @Test
  void whatDoesNotFitIsAnErrorBeforeTheFirstStep() {
    var tooLong = TokenPair.of(new int[120], new int[9], new int[] {2});
    assertThatThrownBy(() -> training("a", List.of(tooLong)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("129 tokens exceed the model's 128");
    assertThatThrownBy(() -> training("a", List.of())).isInstanceOf(TrainingException.class);
  }

  private AdapterTraining<TokenPair> training(String name, List<TokenPair> pairs) {
    return training(name, Optional.empty(), pairs, ComputeType.F32, settings());
  }

  private AdapterTraining<TokenPair> training(
      String name, Optional<Path> parent, ComputeType compute, DpoSettings settings) {
    return training(name, parent, pairs(), compute, settings);
  }

  private AdapterTraining<TokenPair> training(
      String name,
      Optional<Path> parent,
      List<TokenPair> pairs,
      ComputeType compute,
      DpoSettings settings) {
    var place =
        new TrainingPlace(
            BASE,
            "hash",
            parent.isPresent() ? "parent" : "base",
            parent,
            folder.resolve(name),
            folder.resolve(name + "-logprobs"));
    return new AdapterTraining<>(manager, place, pairs, new Dpo(settings), compute);
  }

  private static DpoSettings settings(String... more) {
    Map<String, String> set = new HashMap<>();
    set.put("rank", "4");
    set.put("alpha", "8");
    set.put("learningRate", "0.01");
    set.put("epochs", "10");
    set.put("batchPairs", "8");
    set.put("microBatchPairs", "3");
    for (int i = 0; i < more.length; i += 2) {
      set.put(more[i], more[i + 1]);
    }
    return DpoSettings.of(set);
  }

  /** Answers of low ids are preferred to those of high ones. */
  private static List<TokenPair> pairs() {
    var random = new SplittableRandom(3);
    var pairs = new ArrayList<TokenPair>();
    for (int i = 0; i < 24; i++) {
      pairs.add(
          TokenPair.of(
              random.ints(3 + i % 7, 0, 64).toArray(),
              random.ints(4 + i % 3, 0, 40).toArray(),
              random.ints(3 + i % 5, 24, 64).toArray()));
    }
    return pairs;
  }
}
