package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.model.ElementType;
import dev.hone.model.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {
  private static final String JOB = "job";

  @TempDir Path folder;

  private Checkpoints checkpoints;
  private NDManager manager;
  private NDArray trained;
  private Masters masters;

  @BeforeEach
  void open() {
    checkpoints = new Checkpoints(folder);
    manager = NDManager.newBaseManager();
    trained = manager.zeros(new Shape(2), DataType.FLOAT32);
    var layout = List.of(new TensorInfo("trained", ElementType.F32, new long[] {2}));
    masters = new Masters(manager, List.of(trained), layout, 0, 1, 0);
  }

  @AfterEach
  void close() {
    masters.close();
    manager.close();
  }

  @Test
  void aStateComesBackAsItWas() {
    save(JOB, 2);
    masters.overwrite(trained, new float[2]);
    masters.optimizer().resumeAt(0);

    assertThat(checkpoints.resume(JOB, masters)).contains(progress(JOB, 2));
    assertThat(trained.toFloatArray()).containsExactly(2, -2);
    assertThat(masters.updates()).isEqualTo(4);
  }

  /** Or whatever looks at them would go on with what they were. */
  @Test
  void numbersComeBackToTheirOwnMemory() {
    try (NDArray view = trained.reshape(1, 2)) {
      masters.overwrite(trained, new float[] {3, -0f});
      assertThat(view.toFloatArray()).containsExactly(3, -0f);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state.safetensors",
        "\"step\":2",
        "\"updates\":4",
        "\"coefficient\":0.12",
        "cut",
        "no progress.json",
        "no checksums",
        "no state.safetensors"
      })
  void oneThatIsDamagedGivesWayToTheOneBefore(String damage) throws IOException {
    save(JOB, 1);
    save(JOB, 2);
    damage(folder.resolve("step-000002"), damage);

    assertThat(checkpoints.resume(JOB, masters)).contains(progress(JOB, 1));
    assertThat(trained.toFloatArray()).containsExactly(1, -1);
    assertThat(masters.updates()).isEqualTo(2);
    assertThat(folder).isDirectoryNotContaining("glob:**/step-000002");
  }

  private static void damage(Path step, String what) throws IOException {
    Path progress = step.resolve("progress.json");
    if (what.startsWith("no ")) {
      Files.delete(step.resolve(what.substring(3)));
    } else if (what.equals("cut")) {
      byte[] whole = Files.readAllBytes(progress);
      Files.write(progress, Arrays.copyOf(whole, whole.length / 2));
    } else if (what.startsWith("\"")) {
      String text = Files.readString(progress);
      assertThat(text).contains(what);
      // Another digit, which reads as well as the right one.
      String other = what.substring(0, what.length() - 1) + "7";
      Files.writeString(progress, text.replace(what, other));
    } else {
      byte[] whole = Files.readAllBytes(step.resolve(what));
      whole[whole.length - 1] ^= 1;
      Files.write(step.resolve(what), whole);
    }
  }

  @Test
  void whatIsWholeOutlivesWhatWasDamaged() throws IOException {
    save(JOB, 2);
    save(JOB, 4);
    damage(folder.resolve("step-000004"), "cut");
    checkpoints.resume(JOB, masters);
    save(JOB, 5);

    assertThat(steps()).containsExactly("step-000002", "step-000005");
    damage(folder.resolve("step-000005"), "state.safetensors");
    assertThat(checkpoints.resume(JOB, masters)).contains(progress(JOB, 2));
  }

  @Test
  void anotherJobsAreNeitherTakenUpNorKeptInsteadOfOnesOwn() throws IOException {
    save("another", 8);
    save("another", 9);
    assertThat(checkpoints.resume(JOB, masters)).isEmpty();
    save(JOB, 1);

    assertThat(steps()).containsExactly("step-000001");
    assertThat(checkpoints.resume(JOB, masters)).contains(progress(JOB, 1));
  }

  @Test
  void whereThereIsNoneThereIsNothingToResume() {
    assertThat(new Checkpoints(folder.resolve("none")).resume(JOB, masters)).isEmpty();
  }

  private List<String> steps() throws IOException {
    try (var all = Files.list(folder)) {
      return all.map(step -> step.getFileName().toString()).sorted().toList();
    }
  }

  private void save(String job, int step) {
    masters.overwrite(trained, new float[] {step, -step});
    masters.optimizer().resumeAt(2 * step);
    checkpoints.save(progress(job, step), masters);
  }

  private static Progress progress(String job, int step) {
    var state = JsonNodeFactory.instance.objectNode().put("coefficient", 0.1 + step / 100.0);
    return new Progress(
        job, step, step / 3.0, 1e-9 / 3, Map.of("kl", step / 7.0, "none", Double.NaN), state);
  }
}
