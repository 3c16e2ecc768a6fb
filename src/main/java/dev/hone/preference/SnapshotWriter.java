package dev.hone.preference;

import dev.hone.preference.Example.Pair;
import dev.hone.registry.WholeFolder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Makes a snapshot of pairs that come one by one, in any order. The pairs wait in a file; memory
 * holds some hundred bytes of each.
 */
final class SnapshotWriter implements Preferences.PairSink, AutoCloseable {
  private static final int HELD_OUT_PERCENT = 20;

  private final Path folder;
  private final Path draft;
  private final FileChannel lines;
  private final Map<ByteBuffer, Row> rows = new HashMap<>();
  private final Set<UUID> heldOutConversations = new HashSet<>();
  private final Map<String, Integer> dropped = new TreeMap<>();

  /**
   * A pair that came.
   *
   * @param key SHA-256 of its line
   * @param opposite the key that it would have the other way round
   * @param offset of its line in the file
   * @param bytes of its line
   */
  private record Row(
      ByteBuffer key,
      ByteBuffer opposite,
      boolean heldOut,
      Set<UUID> conversations,
      long offset,
      int bytes) {}

  SnapshotWriter(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.draft = Files.createTempDirectory(folder, ".draft-");
    this.lines =
        FileChannel.open(
            draft.resolve("lines"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
  }

  @Override
  public void accept(Pair pair, Set<UUID> conversations) throws IOException {
    var prompt = pair.prompt().asChat("user");
    var chosen = pair.chosen().asChat("assistant");
    var rejected = pair.rejected().asChat("assistant");
    var useless = useless(chosen, rejected);
    if (useless.isPresent()) {
      drop(useless.get());
      return;
    }
    byte[] line = line(prompt, chosen, rejected);
    boolean heldOut = heldOut(prompt);
    if (heldOut) {
      heldOutConversations.addAll(conversations);
    }
    var key = ByteBuffer.wrap(sha256().digest(line));
    var earlier = rows.get(key);
    if (earlier != null) {
      earlier.conversations.addAll(conversations);
      drop("duplicate");
      return;
    }
    var opposite = ByteBuffer.wrap(sha256().digest(line(prompt, rejected, chosen)));
    rows.put(
        key,
        new Row(key, opposite, heldOut, new HashSet<>(conversations), lines.size(), line.length));
    append(line);
  }

  /** All of the snapshot is on disk, under its name, when this returns. */
  Snapshot finish() throws IOException {
    var kept =
        rows.values().stream().filter(this::keep).sorted(Comparator.comparing(Row::key)).toList();
    var train = kept.stream().filter(row -> !row.heldOut).toList();
    var heldOut = kept.stream().filter(Row::heldOut).toList();
    var digest = sha256();
    write(train, Snapshot.TRAIN, digest);
    digest.update((byte) '\n');
    write(heldOut, Snapshot.HELD_OUT, digest);
    Files.delete(draft.resolve("lines"));
    var snapshot =
        new Snapshot(
            HexFormat.of().formatHex(digest.digest()), train.size(), heldOut.size(), dropped);
    Files.writeString(
        draft.resolve("manifest.json"),
        Format.MAPPER
            .createObjectNode()
            .put("sha256", snapshot.sha256())
            .put("train", snapshot.train())
            .put("heldOut", snapshot.heldOut())
            .toPrettyString());
    publish(folder.resolve(snapshot.sha256()));
    return snapshot;
  }

  /** Whether it goes into one of the files; counts it where not. */
  private boolean keep(Row row) {
    if (rows.containsKey(row.opposite)) {
      drop("contradictory");
      return false;
    }
    // The page cuts long conversations in front, so a later turn may begin with another question.
    if (!row.heldOut && row.conversations.stream().anyMatch(heldOutConversations::contains)) {
      drop("conversation-held-out");
      return false;
    }
    return true;
  }

  /**
   * Hangs on the first question alone, so a pair never changes its side: what one round was
   * measured on, no later round trains on.
   */
  private static boolean heldOut(Passage.Chat prompt) {
    String first =
        prompt.messages().stream()
            .filter(message -> message.role().equals("user"))
            .findFirst()
            .orElse(prompt.messages().getFirst())
            .content();
    String normalised =
        Normalizer.normalize(first, Normalizer.Form.NFKC)
            .toLowerCase(Locale.ROOT)
            .replaceAll("\\s+", " ")
            .strip();
    var hash = ByteBuffer.wrap(sha256().digest(normalised.getBytes(StandardCharsets.UTF_8)));
    return Long.remainderUnsigned(hash.getLong(), 100) < HELD_OUT_PERCENT;
  }

  /** Why nothing can be learnt from two answers, if so. */
  private static Optional<String> useless(Passage.Chat chosen, Passage.Chat rejected) {
    if (chosen.messages().size() > 1 || rejected.messages().size() > 1) {
      return Optional.of("several-turns");
    }
    String better = chosen.messages().getFirst().content().strip();
    String worse = rejected.messages().getFirst().content().strip();
    if (better.isEmpty() || worse.isEmpty()) {
      return Optional.of("empty-answer");
    }
    return better.equals(worse) ? Optional.of("same-answer") : Optional.empty();
  }

  private static byte[] line(Passage.Chat prompt, Passage.Chat chosen, Passage.Chat rejected) {
    // Where a pair comes from is not part of its line.
    var pair = new Pair(prompt, chosen, rejected, new Provenance.Listed(0));
    return (TrlFormat.write(pair) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private void drop(String reason) {
    dropped.merge(reason, 1, Integer::sum);
  }

  private void append(byte[] line) throws IOException {
    var bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      lines.write(bytes, lines.size());
    }
  }

  private void write(List<Row> kept, String name, MessageDigest digest) throws IOException {
    Path file = draft.resolve(name);
    try (OutputStream out =
        new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), digest)) {
      for (Row row : kept) {
        var bytes = ByteBuffer.allocate(row.bytes);
        while (bytes.hasRemaining()) {
          lines.read(bytes, row.offset + bytes.position());
        }
        out.write(bytes.array());
      }
    }
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

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
