package dev.hone.preference;

import dev.hone.registry.WholeFolder;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Takes snapshots of what can be learnt from, and reads them. */
@ApplicationScoped
public class Snapshots {
  private final Preferences preferences;

  Snapshots(Preferences preferences) {
    this.preferences = preferences;
  }

  /**
   * Takes one of what there is at this moment.
   *
   * @param folder of all snapshots; the same content is kept once
   */
  public Snapshot take(Path folder, SnapshotOrder order) throws IOException {
    try (var writer = new SnapshotWriter(folder, order)) {
      preferences.forEach(order.include(), writer);
      return writer.finish();
    }
  }

  /**
   * Deletes what a process that was killed was writing.
   *
   * @param folder of all snapshots, to which nobody writes meanwhile
   */
  public static void forgetDrafts(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var drafts = Files.newDirectoryStream(folder, SnapshotWriter.DRAFT + "*")) {
      for (Path draft : drafts) {
        WholeFolder.delete(draft);
      }
    }
  }

  /** Reads a file of pairs pair by pair, in its order. */
  public static void forEach(Path file, Consumer<Example.Pair> sink) throws IOException {
    forEach(file, Example.Pair.class, sink);
  }

  /**
   * Reads a file of a snapshot example by example, in its order.
   *
   * @param kind of all that is in it
   */
  public static <E extends Example> void forEach(Path file, Class<E> kind, Consumer<E> sink)
      throws IOException {
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      var lines = new LineReader(in, Integer.MAX_VALUE);
      for (var line = lines.next(); line.isPresent(); line = lines.next()) {
        switch (line.get()) {
          case LineReader.Line.Good(int number, String text) ->
              sink.accept(kind.cast(Format.TRL.read(text, new Provenance.Listed(number))));
          case LineReader.Line.Bad(int number, String reason) ->
              throw new IOException(
                  "%s was changed: line %d is %s".formatted(file, number, reason));
        }
      }
    }
  }
}
