package dev.hone.alignment;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.model.Safetensors;
import dev.hone.model.SafetensorsWriter;
import dev.hone.model.TensorInfo;
import dev.hone.registry.WholeFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The states of a training in {@code step-000120/} folders, whole or absent; the last two are kept.
 * A state is the masters with both running means of the optimiser, and the progress; the order of
 * the data follows from seed and step.
 */
public final class Checkpoints {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int KEPT = 2;
  private static final String PROGRESS = "progress.json";
  private static final String STATE = "state.safetensors";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();
  private static final Logger LOG = Logger.getLogger(Checkpoints.class);

  private final Path folder;

  public Checkpoints(Path folder) {
    this.folder = folder;
  }

  /** Bytes of one checkpoint. */
  static long bytes(long parameters) {
    return 3 * parameters * Float.BYTES;
  }

  /**
   * What stands in {@code progress.json}.
   *
   * @param sha256 of the state's file, so that damage is noticed
   * @param updates of the optimiser so far
   */
  private record Mark(String sha256, int updates, Progress progress) {}

  /** Writes the state after a step. */
  public void save(Progress progress, Masters masters) {
    var layout = masters.layout();
    var infos = new ArrayList<TensorInfo>();
    var arrays = new ArrayList<NDArray>();
    for (var part : parts(masters).entrySet()) {
      for (int i = 0; i < layout.size(); i++) {
        infos.add(named(layout.get(i), part.getKey()));
        arrays.add(part.getValue().get(i));
      }
    }
    try {
      WholeFolder.write(
          folder.resolve("step-%06d".formatted(progress.step())),
          draft -> {
            try (var writer = SafetensorsWriter.create(draft.resolve(STATE), infos, Map.of())) {
              for (int i = 0; i < infos.size(); i++) {
                writer.write(
                    infos.get(i).name(), MemorySegment.ofArray(arrays.get(i).toFloatArray()));
              }
            }
            var mark = new Mark(Digest.of(draft.resolve(STATE)), masters.updates(), progress);
            JSON.writeValue(draft.resolve(PROGRESS).toFile(), mark);
          });
      var all = steps();
      for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
        WholeFolder.delete(old);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Brings the last state back that is whole.
   *
   * @return its progress; empty if there is none of this job
   */
  public Optional<Progress> resume(String job, Masters masters) {
    try {
      for (Path step : steps().reversed()) {
        var mark = whole(step).filter(found -> found.progress().job().equals(job));
        if (mark.isPresent()) {
          restore(step, masters);
          masters.optimizer().resumeAt(mark.get().updates());
          return mark.map(Mark::progress);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Mark> whole(Path step) throws IOException {
    try {
      var mark = JSON.readValue(step.resolve(PROGRESS).toFile(), Mark.class);
      if (mark.sha256().equals(Digest.of(step.resolve(STATE)))) {
        return Optional.of(mark);
      }
    } catch (JsonProcessingException e) {
      LOG.warnf("%s cannot be read: %s", step, e.getOriginalMessage());
    } catch (NoSuchFileException e) {
      LOG.warnf("%s is incomplete: there is no %s", step, e.getFile());
    }
    LOG.warnf("Checkpoint %s is damaged; going on from an earlier one", step.getFileName());
    return Optional.empty();
  }

  private void restore(Path step, Masters masters) {
    var layout = masters.layout();
    try (var source = Safetensors.open(step.resolve(STATE))) {
      for (var part : parts(masters).entrySet()) {
        for (int i = 0; i < layout.size(); i++) {
          var info = layout.get(i);
          float[] stored = source.data(named(info, part.getKey()).name()).toArray(FLOAT);
          masters.overwrite(part.getValue().get(i), stored);
        }
      }
    }
  }

  private static Map<String, List<NDArray>> parts(Masters masters) {
    return Map.of(
        "", masters.arrays(),
        ".mean", masters.optimizer().means(),
        ".square", masters.optimizer().squares());
  }

  private static TensorInfo named(TensorInfo info, String suffix) {
    return new TensorInfo(info.name() + suffix, info.type(), info.shape());
  }

  /** In their order; drafts that a crash left do not count. */
  private List<Path> steps() throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (var all = Files.newDirectoryStream(folder, "step-*")) {
      var steps = new ArrayList<Path>();
      all.forEach(steps::add);
      steps.sort(null);
      return steps;
    }
  }

  /** Deletes all of them. */
  public void clear() {
    try {
      WholeFolder.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
