package dev.hone.preference;

import dev.hone.preference.Example.Kind;
import dev.hone.preference.Snapshot.Part;
import dev.hone.registry.WholeFolder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Makes a snapshot of examples that come one by one, in any order. Their text waits in a file;
 * memory holds some hundred bytes of each.
 */
final class SnapshotWriter implements Preferences.ExampleSink, AutoCloseable {
  static final String DRAFT = ".draft-";

  private static final String LINES = "lines";

  private final Path folder;
  private final SnapshotOrder order;
  private final Path draft;
  private final SnapshotLines lines;
  private final SnapshotSieve sieve;

  /** Of what is trained on. */
  private final Set<ByteBuffer> prompts = new HashSet<>();

  SnapshotWriter(Path folder, SnapshotOrder order) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.order = order;
    this.draft = Files.createTempDirectory(folder, DRAFT);
    this.lines = new SnapshotLines(draft.resolve(LINES));
    this.sieve = new SnapshotSieve(order);
  }

  @Override
  public void accept(Example given, Origin origin) throws IOException {
    var example = Learnable.of(given);
    var useless = example.useless();
    if (useless.isPresent()) {
      sieve.drop(given.kind(), useless.get());
      return;
    }
    byte[] line = example.line();
    var key = ByteBuffer.wrap(SnapshotLines.sha256().digest(line));
    if (sieve.add(new SnapshotRow(example, key, lines.end(), line.length), origin)) {
      lines.append(line);
    }
  }

  /** All of the snapshot is on disk, under its name, when this returns. */
  Snapshot finish() throws IOException {
    var digest = SnapshotLines.sha256();
    var parts = new ArrayList<Part>();
    for (Kind kind : Kind.values()) {
      if (kind != Kind.PAIRS) {
        digest.update((byte) '\n');
      }
      parts.add(write(kind, digest));
    }
    Files.delete(draft.resolve(LINES));
    var snapshot =
        snapshot(
            HexFormat.of().formatHex(digest.digest()), parts.get(0), parts.get(1), parts.get(2));
    describe(snapshot);
    publish(folder.resolve(snapshot.sha256()));
    return snapshot;
  }

  private Part write(Kind kind, MessageDigest digest) throws IOException {
    var kept = sieve.kept(kind);
    var train = kept.stream().filter(row -> !row.heldOut()).toList();
    var heldOut = kept.stream().filter(SnapshotRow::heldOut).toList();
    train.forEach(row -> prompts.add(row.promptKey()));
    write(train, Snapshot.train(kind), digest);
    digest.update((byte) '\n');
    write(heldOut, Snapshot.heldOut(kind), digest);
    return new Part(train.size(), heldOut.size(), sieve.dropped(kind));
  }

  private void write(List<SnapshotRow> rows, String name, MessageDigest digest) throws IOException {
    Path file = draft.resolve(name);
    try (OutputStream out =
        new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), digest)) {
      for (SnapshotRow row : rows) {
        lines.copy(row, out);
      }
    }
  }

  private Snapshot snapshot(String sha256, Part pairs, Part unpaired, Part demonstrations) {
    return new Snapshot(
        sha256,
        pairs.train(),
        pairs.heldOut(),
        pairs.dropped(),
        unpaired,
        demonstrations,
        prompts.size(),
        order.mixture().map(Mixture::toString).orElse(null));
  }

  /** What is in the folder, whoever looks into it. */
  private void describe(Snapshot snapshot) throws IOException {
    var manifest =
        Format.MAPPER
            .createObjectNode()
            .put("sha256", snapshot.sha256())
            .put("train", snapshot.train())
            .put("heldOut", snapshot.heldOut());
    manifest
        .putObject("unpaired")
        .put("train", snapshot.unpaired().train())
        .put("heldOut", snapshot.unpaired().heldOut());
    manifest
        .putObject("demonstrations")
        .put("train", snapshot.demonstrations().train())
        .put("heldOut", snapshot.demonstrations().heldOut());
    Files.writeString(draft.resolve("manifest.json"), manifest.toPrettyString());
  }

  private void publish(Path target) throws IOException {
    WholeFolder.sync(draft);
    try {
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // Its name says what is in it: the one that is there is the same.
      if (!Files.isDirectory(target)) {
        throw e;
      }
    }
    WholeFolder.force(folder);
  }

  /** Gives up what is not finished. */
  @Override
  public void close() throws IOException {
    lines.close();
    if (Files.exists(draft)) {
      try (var inside = Files.list(draft)) {
        for (Path file : inside.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(draft);
    }
  }
}
