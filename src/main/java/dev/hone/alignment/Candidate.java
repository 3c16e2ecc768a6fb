package dev.hone.alignment;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.registry.ModelStore;
import dev.hone.registry.WholeFile;
import dev.hone.registry.WholeFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a training leaves: {@code candidate/} in PEFT's layout, and {@code result.json}. */
public final class Candidate {
  static final String FOLDER = "candidate";

  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;
  private final Path result;

  /**
   * @param work folder of the training
   */
  public Candidate(Path work) {
    this.folder = work.resolve(FOLDER);
    this.result = work.resolve("result.json");
  }

  /** The result, if the candidate is there. */
  public Optional<TrainingResult> finished() {
    try {
      return Files.exists(folder)
          ? Optional.of(JSON.readValue(result.toFile(), TrainingResult.class))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The result first: the candidate's folder is the mark that all is there. */
  public void write(ModelStore.Content content, TrainingResult outcome) {
    try {
      WholeFile.write(
          result,
          draft -> JSON.writerWithDefaultPrettyPrinter().writeValue(draft.toFile(), outcome));
      WholeFolder.write(folder, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
