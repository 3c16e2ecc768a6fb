package dev.hone.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Brings one file of a repository, going on where a cut connection, or a former run, stopped. */
final class HubDownload {
  private static final int ATTEMPTS_WITHOUT_A_BYTE = 3;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final Duration STALL = Duration.ofSeconds(60);

  private final HubClient hub;
  private final String repository;
  private final String commit;
  private final Progress progress;

  HubDownload(HubClient hub, String repository, String commit, Progress progress) {
    this.hub = hub;
    this.repository = repository;
    this.commit = commit;
    this.progress = progress;
  }

  void into(Path partial, HubFile file) throws IOException {
    int fruitless = 0;
    boolean answered = false;
    while (sizeOf(partial) < file.size()) {
      long before = sizeOf(partial);
      IOException cut =
          answered ? attemptAgain(partial, file, before) : attempt(partial, file, before);
      answered = true;
      fruitless = sizeOf(partial) > before ? 0 : fruitless + 1;
      if (fruitless == ATTEMPTS_WITHOUT_A_BYTE) {
        throw new PullException(
            "the connection was cut at %,d of %,d bytes of %s; the next pull goes on from there"
                .formatted(sizeOf(partial), file.size(), file.name()),
            cut);
      }
    }
    if (file.size() == 0) {
      Files.write(partial, new byte[0]);
    }
  }

  /**
   * A line that is cut before the first byte can look like a Hub that is not there; it was, though.
   */
  private IOException attemptAgain(Path partial, HubFile file, long offset) throws IOException {
    try {
      return attempt(partial, file, offset);
    } catch (HubUnreachableException e) {
      if (e.getCause() instanceof IOException cut) {
        return cut;
      }
      throw e;
    }
  }

  /** One connection; returns what cut it, or null where the server simply ended it. */
  private IOException attempt(Path partial, HubFile file, long offset) throws IOException {
    var answer = hub.open(repository, commit, file.name(), offset);
    try (InputStream body = answer.body()) {
      checkLinked(file, answer);
      if (answer.status() == 416) {
        Files.delete(partial);
        return null;
      }
      boolean goesOn =
          answer.status() == 206
              && answer
                  .headers()
                  .firstValue("Content-Range")
                  .orElse("")
                  .startsWith("bytes " + offset + "-");
      if (offset > 0 && !goesOn) {
        Files.delete(partial);
        if (answer.status() == 206) {
          return null;
        }
      }
      try (OutputStream out =
          Files.newOutputStream(partial, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        return copy(body, out, progress.begin(file.name(), goesOn ? offset : 0, file.size()));
      }
    }
  }

  private static IOException copy(InputStream body, OutputStream out, Progress.Transfer transfer)
      throws IOException {
    var received = new AtomicLong();
    try (var watch = Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory())) {
      var seen = new AtomicLong(-1);
      var stall =
          watch.scheduleAtFixedRate(
              () -> {
                if (seen.getAndSet(received.get()) == received.get()) {
                  closeQuietly(body);
                }
              },
              STALL.toSeconds(),
              STALL.toSeconds(),
              TimeUnit.SECONDS);
      byte[] buffer = new byte[BUFFER_BYTES];
      try {
        for (int count; (count = readFrom(body, buffer)) >= 0; ) {
          out.write(buffer, 0, count);
          received.addAndGet(count);
          transfer.add(count);
        }
        return null;
      } catch (Cut e) {
        return e.cause;
      } finally {
        stall.cancel(false);
        transfer.end();
      }
    }
  }

  /** A failure to read is the network's and worth another attempt; one to write is the disk's. */
  private static final class Cut extends Exception {
    private static final long serialVersionUID = 1;
    private final IOException cause;

    Cut(IOException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  private static int readFrom(InputStream body, byte[] buffer) throws Cut {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw new Cut(e);
    }
  }

  private static void closeQuietly(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      // The reader hears of it.
      return;
    }
  }

  private void checkLinked(HubFile file, HubClient.Answer answer) {
    var linked = answer.fromHub().firstValue("X-Linked-ETag").map(tag -> tag.replace("\"", ""));
    if (file.checksum() instanceof Checksum.Sha256(var hex)
        && linked.isPresent()
        && !linked.get().equals(hex)) {
      throw new PullException(
          "the Hub offers another %s (%s) than its listing says (%s); nothing was installed"
              .formatted(file.name(), linked.get(), hex));
    }
  }

  private static long sizeOf(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }
}
