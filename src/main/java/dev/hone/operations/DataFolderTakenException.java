package dev.hone.operations;

import java.nio.file.Path;
import java.util.Optional;

/** Another server has the data folder. */
public final class DataFolderTakenException extends StartException {
  public DataFolderTakenException(Path folder, Optional<RunningServer> other) {
    super(
        "the data folder %s is in use by %s; stop it, or give this one a folder of its own with --data"
            .formatted(
                folder,
                other
                    .map(
                        server ->
                            "the server at %s (process %d)".formatted(server.url(), server.pid()))
                    .orElse("a server that is starting or stopping")));
  }
}
