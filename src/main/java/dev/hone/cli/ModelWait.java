package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits until a server's model answers. */
final class ModelWait {
  private static final Duration LOOK = Duration.ofMillis(100);

  private ModelWait() {}

  /**
   * @param progress told if it takes a while
   * @throws ServerException when it never will
   */
  static void until(Api api, PrintStream progress) {
    boolean said = false;
    while (!api.ready()) {
      JsonNode failure = api.get("/api/status").path("failure");
      if (failure.isTextual()) {
        throw new ServerException("the model cannot be served: " + failure.textValue());
      }
      if (!said) {
        progress.println("loading the model");
        said = true;
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }
}
