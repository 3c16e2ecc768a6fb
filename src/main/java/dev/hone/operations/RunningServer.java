package dev.hone.operations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.registry.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The server that answers for a data folder, as it says itself in {@code server.json}.
 *
 * @param started when the process {@code pid} began, in milliseconds since 1970: process numbers
 *     are used again
 * @param whileUsed whether it ends with the last command that uses it
 */
public record RunningServer(String url, long pid, long started, boolean whileUsed) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** This process, answering at {@code url}. */
  public static RunningServer here(String url, boolean whileUsed) {
    ProcessHandle self = ProcessHandle.current();
    return new RunningServer(url, self.pid(), startOf(self), whileUsed);
  }

  /** The server of this data folder, if it is alive; a file left by a killed one says nothing. */
  public static Optional<RunningServer> find(Path data) {
    RunningServer said;
    try {
      said = JSON.readValue(Files.readString(file(data)), RunningServer.class);
    } catch (NoSuchFileException | JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ProcessHandle.of(said.pid)
        .filter(process -> process.isAlive() && startOf(process) == said.started)
        .map(_ -> said);
  }

  /** Lets {@link #find} find this server. */
  public void announce(Path data) {
    WholeFile.write(file(data), draft -> JSON.writeValue(draft.toFile(), this));
  }

  static void withdraw(Path data) throws IOException {
    Files.deleteIfExists(file(data));
  }

  private static Path file(Path data) {
    return data.resolve("server.json");
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
