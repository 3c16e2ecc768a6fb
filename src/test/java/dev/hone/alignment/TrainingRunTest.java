package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.hone.model.ElementType;
import dev.hone.model.TensorInfo;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingRunTest {
  private static final CheckpointEvery STEP = new CheckpointEvery(Double.POSITIVE_INFINITY, 1);

  @TempDir Path folder;

  /**
   * Learns nothing, and tells what it is given.
   *
   * @param losses of its steps
   * @param kls likewise
   */
  private record Told(Masters masters, double[] losses, double[] kls) implements Trainee {
    @Override
    public String job() {
      return "told";
    }

    @Override
    public int steps() {
      return losses.length;
    }

    @Override
    public int visitedBefore(int step) {
      return step;
    }

    @Override
    public Stepped step(Progress before, TrainingWatch watch) {
      var figures = new Figures();
      figures.add(Figures.LOSS, losses[before.step()]);
      figures.add("kl", kls[before.step()]);
      return new Stepped(figures, 0.1, 1, 1, 0.5, null);
    }

    @Override
    public void save(Path folder) {}

    @Override
    public void close() {
      masters.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"NaN, 0.5, diverged", "Infinity, 0.5, diverged", "0.5, NaN, alarm_nan"})
  void aFigureThatIsNoNumberIsToldBeforeItEndsTheTraining(double loss, double kl, String code) {
    var recorder = new Recorder(-1);
    try (var manager = NDManager.newBaseManager();
        var training =
            new Told(masters(manager), new double[] {1, loss, 1}, new double[] {1, kl, 1})) {
      var run = new TrainingRun(training, folder);
      assertThatThrownBy(() -> run.toTheEnd(recorder, STEP))
          .isInstanceOfSatisfying(
              TrainingException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
    assertThat(recorder.reports).extracting(StepReport::loss).containsExactly(1.0, loss);
    assertThat(recorder.reports.getLast().metrics()).containsEntry("kl", kl);
    assertThat(folder.resolve("checkpoints"))
        .isDirectoryContaining("glob:**/step-000001")
        .isDirectoryNotContaining("glob:**/step-000002");
  }

  @Test
  void aTrainingThatWentWellLeavesItsResultAlone() {
    try (var manager = NDManager.newBaseManager();
        var training = new Told(masters(manager), new double[] {1, 0.5}, new double[2])) {
      var result = new TrainingRun(training, folder).toTheEnd(new Recorder(-1), STEP);
      assertThat(result.steps()).isEqualTo(2);
      assertThat(result.seconds()).isEqualTo(1);
      assertThat(result.lastLoss()).isEqualTo(0.5);
    }
    assertThat(folder.resolve("checkpoints")).doesNotExist();
  }

  private static Masters masters(NDManager manager) {
    var layout = List.of(new TensorInfo("trained", ElementType.F32, new long[] {1}));
    return new Masters(
        manager, List.of(manager.zeros(new Shape(1), DataType.FLOAT32)), layout, 0, 1, 0);
  }
}
