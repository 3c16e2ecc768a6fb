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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The states of a training in {@code step-000120/} folders, whole or absent; the last two are kept.
 * A state is the masters with both running means of the optimiser and their averages if there are
 * any, and the progress; the order of the data follows from seed and step.
 */
public final class Checkpoints {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int KEPT = 2;
  private static final String PROGRESS = "progress.json";
  private static final String STATE = "state.safetensors";

  /** Of the other two, so that damage to either is noticed. */
  private static final String CHECKSUMS = "checksums";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();
  private static final Logger LOG = Logger.getLogger(Checkpoints.class);

  private final Path folder;

  public Checkpoints(Path folder) {
    this.folder = folder;
  }

  /**
   * Bytes of one checkpoint.
   *
   * @param averaged whether it has averages
   */
  static long bytes(long parameters, boolean averaged) {
    return (averaged ? 4 : 3) * parameters * Float.BYTES;
  }

  /**
   * What stands in {@code progress.json}.
   *
   * @param updates of the optimiser so far
   */
  private record Mark(int updates, Progress progress) {}

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
    Path step = folder.resolve("step-%06d".formatted(progress.step()));
    try {
      WholeFolder.write(
          step,
          draft -> {
            try (var writer = SafetensorsWriter.create(draft.resolve(STATE), infos, Map.of())) {
              for (int i = 0; i < infos.size(); i++) {
                writer.write(
                    infos.get(i).name(), MemorySegment.ofArray(arrays.get(i).toFloatArray()));
              }
            }
            JSON.writeValue(
                draft.resolve(PROGRESS).toFile(), new Mark(masters.updates(), progress));
            Files.writeString(draft.resolve(CHECKSUMS), checksums(draft));
          });
      prune(step);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is later than the newest is another job's, and must not outlive this one's. */
  private void prune(Path newest) throws IOException {
    var all = steps();
    int last = all.indexOf(newest);
    for (int i = 0; i < all.size(); i++) {
      if (i > last || i <= last - KEPT) {
        WholeFolder.delete(all.get(i));
      }
    }
  }

  /** As {@code sha256sum} writes them. */
  private static String checksums(Path step) throws IOException {
    var sums = new StringBuilder();
    WholeFolder.checksums(step)
        .forEach(
            (file, sum) -> {
              if (!file.equals(CHECKSUMS)) {
                sums.append(sum).append("  ").append(file).append('\n');
              }
            });
    return sums.toString();
  }

  /**
   * Brings the last state back that is whole. Those that are damaged are deleted, or they would
   * count among those that are kept.
   *
   * @return its progress; empty if there is none of this job
   */
  public Optional<Progress> resume(String job, Masters masters) {
    try {
      for (Path step : steps().reversed()) {
        var mark = whole(step);
        if (mark.isEmpty()) {
          WholeFolder.delete(step);
        } else if (mark.get().progress().job().equals(job)) {
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

  private static Optional<Mark> whole(Path step) {
    try {
      if (checksums(step).equals(text(step.resolve(CHECKSUMS)))) {
        return Optional.of(JSON.readValue(text(step.resolve(PROGRESS)), Mark.class));
      }
    } catch (JsonProcessingException e) {
      LOG.warnf("%s cannot be read: %s", step, e.getOriginalMessage());
    } catch (IOException e) {
      LOG.warnf("%s cannot be read: %s", step, e);
    }
    LOG.warnf("Checkpoint %s is damaged; going on from an earlier one", step.getFileName());
    return Optional.empty();
  }

  /** Of any bytes, as damage may have left them. */
  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
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
    Map<String, List<NDArray>> parts = new LinkedHashMap<>();
    parts.put("", masters.arrays());
    parts.put(".mean", masters.optimizer().means());
    parts.put(".square", masters.optimizer().squares());
    if (!masters.averages().isEmpty()) {
      parts.put(".average", masters.averages());
    }
    return parts;
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
