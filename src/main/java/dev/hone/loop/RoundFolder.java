package dev.hone.loop;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.hone.registry.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a round has on disk. A result that is there under its name is complete. */
record RoundFolder(Path path) {
  static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  static RoundFolder of(Path data, long number) {
    return new RoundFolder(data.resolve("rounds").resolve("r" + number));
  }

  Path job() {
    return path.resolve("job.json");
  }

  /** One report a step. */
  Path progress() {
    return path.resolve("progress.jsonl");
  }

  Path checkpoints() {
    return path.resolve("checkpoints");
  }

  /** What was trained: an adapter, or full weights. */
  Path candidate() {
    return path.resolve("candidate");
  }

  /** Written when the candidate is complete. */
  Path trained() {
    return path.resolve("training.json");
  }

  /** What a stage made, when it is done. */
  Path made() {
    return path.resolve("made.json");
  }

  /**
   * Of a stage. The last one's is the round's own: what it makes is the candidate.
   *
   * @param index of the stage, from 0
   */
  RoundFolder stage(int index, List<Stage> stages) {
    return index == stages.size() - 1
        ? this
        : new RoundFolder(
            path.resolve("stage-%d-%s".formatted(index + 1, stages.get(index).name())));
  }

  /** The precision that was chosen for rollouts. */
  Path rollouts() {
    return path.resolve("rollouts.json");
  }

  /** Answers that a stage chose for the next one. */
  Path demonstrations() {
    return path.resolve("demonstrations.json");
  }

  /** How it chose them. */
  Path choosing() {
    return path.resolve("choosing.json");
  }

  /** Answers that were drawn to choose among. */
  Path draws() {
    return path.resolve("draws");
  }

  Path evaluation() {
    return path.resolve("evaluation.json");
  }

  /** What to judge, where the folder is not a round's. */
  Path judging() {
    return path.resolve("judging.json");
  }

  /** What came of that. */
  Path judgement() {
    return path.resolve("judgement.json");
  }

  /** The number format that was chosen for training. */
  Path compute() {
    return path.resolve("compute.json");
  }

  /** On how many threads it is worked on. */
  Path threads() {
    return path.resolve("threads.json");
  }

  /** Beyond what its figures stop it, as the server was set when the worker was started. */
  Path alarms() {
    return path.resolve("alarms.json");
  }

  /** What the worker needed. */
  Path usage() {
    return path.resolve("usage.json");
  }

  /** What the gate found. */
  Path verdict() {
    return path.resolve("gate.json");
  }

  /** What the worker said beside its events. */
  Path log() {
    return path.resolve("worker.log");
  }

  /** Which process the worker is. */
  Path worker() {
    return path.resolve("worker.json");
  }

  /** Held by the worker while it lives. */
  Path lock() {
    return path.resolve("lock");
  }

  /**
   * What only a resume needs: checkpoints, and what earlier stages made or drew for the last one.
   */
  void forgetWork() {
    delete(checkpoints());
    for (Path stage : earlierStages()) {
      var folder = new RoundFolder(stage);
      delete(folder.checkpoints());
      delete(folder.candidate());
      delete(folder.draws());
    }
  }

  private List<Path> earlierStages() {
    if (!Files.exists(path)) {
      return List.of();
    }
    try (var inside = Files.newDirectoryStream(path, "stage-*")) {
      var stages = new ArrayList<Path>();
      inside.forEach(stages::add);
      return stages;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void forgetCandidate() {
    delete(candidate());
  }

  /** All of the value or the file as it was. */
  static void write(Path file, Object value) {
    WholeFile.write(
        file, draft -> JSON.writerWithDefaultPrettyPrinter().writeValue(draft.toFile(), value));
  }

  static <T> Optional<T> read(Path file, Class<T> type) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), type));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " is damaged", e);
    }
  }

  void forget() {
    delete(path);
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (var walk = Files.walk(folder)) {
      for (Path path : walk.toList().reversed()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
