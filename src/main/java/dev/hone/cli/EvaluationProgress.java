package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** How far an evaluation is: one line that changes on a terminal, else a line now and then. */
final class EvaluationProgress {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final PrintStream out;
  private final boolean terminal;
  private long last = System.nanoTime();
  private boolean shown;

  EvaluationProgress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void show(JsonNode progress) {
    if (!terminal && System.nanoTime() - last < BETWEEN_LINES.toNanos()) {
      return;
    }
    last = System.nanoTime();
    shown = true;
    String text =
        progress.path("lines").asInt() == 0
            ? "waiting to begin"
            : String.format(
                Locale.ROOT,
                "line %d of %d, %.1f a second, %.0f s left",
                progress.path("line").asInt(),
                progress.path("lines").asInt(),
                progress.path("perSecond").asDouble(),
                progress.path("secondsLeft").asDouble());
    if (terminal) {
      out.print("\r\033[K" + text);
      out.flush();
      return;
    }
    out.println(text);
  }

  void end() {
    if (terminal && shown) {
      out.println();
    }
  }
}
