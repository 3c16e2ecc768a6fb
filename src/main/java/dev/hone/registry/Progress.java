package dev.hone.registry;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Says how a long transfer goes: how much, how fast, how long still. */
public final class Progress {
  private static final Duration ON_TERMINAL = Duration.ofMillis(250);
  private static final Duration IN_LOG = Duration.ofSeconds(10);

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoTime;

  /**
   * @param terminal whether a line may be written over, many times a second
   */
  public Progress(PrintStream out, boolean terminal, LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
  }

  public void say(String line) {
    out.println(line);
  }

  /** A transfer of {@code total} bytes of which {@code done} are there already. */
  Transfer begin(String name, long done, long total) {
    return new Transfer(name, done, total);
  }

  /** One file on its way. */
  final class Transfer {
    private final String name;
    private final long before;
    private final long total;
    private final long began = nanoTime.getAsLong();
    private long done;
    private long told = began;

    private Transfer(String name, long before, long total) {
      this.name = name;
      this.before = before;
      this.done = before;
      this.total = total;
    }

    void add(int bytes) {
      done += bytes;
      long now = nanoTime.getAsLong();
      if (now - told >= (terminal ? ON_TERMINAL : IN_LOG).toNanos()) {
        told = now;
        out.print(terminal ? "\r\u001b[K" + line(now) : line(now) + System.lineSeparator());
        out.flush();
      }
    }

    void end() {
      out.println((terminal ? "\r\u001b[K" : "") + line(nanoTime.getAsLong()));
    }

    long done() {
      return done;
    }

    private String line(long now) {
      double seconds = Math.max((now - began) / 1e9, 1e-3);
      double bytesPerSecond = (done - before) / seconds;
      String line =
          String.format(
              Locale.ROOT,
              "%s  %s of %s, %s/s",
              name,
              size((double) done),
              size((double) total),
              size(bytesPerSecond));
      if (done >= total || bytesPerSecond < 1) {
        return line;
      }
      long left = (long) Math.ceil((total - done) / bytesPerSecond);
      return line + String.format(Locale.ROOT, ", %d:%02d left", left / 60, left % 60);
    }

    private static String size(double bytes) {
      return bytes < 1e6
          ? String.format(Locale.ROOT, "%.0f kB", bytes / 1e3)
          : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
  }
}
