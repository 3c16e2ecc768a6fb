package dev.hone.cli;

import dev.hone.operations.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The resident memory of a process over time, in samples. */
final class ResidentMemory {
  /** What fills its caches at first is no leak. */
  private static final double WARM_UP = 1.0 / 3;

  private static final double FLAT = 0.02;
  private static final double SECONDS_A_MINUTE = 60;

  private final List<Sample> samples = new ArrayList<>();

  record Sample(double seconds, long bytes) {}

  /**
   * @param minutes from the first sample to the last
   * @param firstBytes at the first sample
   * @param settledBytes after the first third
   * @param bytesPerMinute slope of the line through what came after the first third
   * @param flat whether that line rises by less than 2% until the last
   */
  record Report(
      double minutes,
      int samples,
      long firstBytes,
      long settledBytes,
      long lastBytes,
      long mostBytes,
      double bytesPerMinute,
      boolean flat) {}

  void add(double seconds, long bytes) {
    samples.add(new Sample(seconds, bytes));
  }

  /**
   * @throws StartException when there is no such process, or no /proc on this machine
   */
  static long bytes(long pid) {
    return bytes(pid, "VmRSS:");
  }

  /**
   * The most that it ever held at once.
   *
   * @throws StartException likewise
   */
  static long peakBytes(long pid) {
    return bytes(pid, "VmHWM:");
  }

  private static long bytes(long pid, String field) {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try (var lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElseThrow(() -> new StartException("process " + pid + " has ended"));
    } catch (IOException e) {
      throw new StartException("memory is read from " + status + ", which cannot be read", e);
    }
  }

  Report report() {
    if (samples.size() < 3) {
      throw new StartException("memory wants three samples at least, had " + samples.size());
    }
    var settled = samples.subList((int) (samples.size() * WARM_UP), samples.size());
    double perSecond = slope(settled);
    Sample first = settled.getFirst();
    Sample last = settled.getLast();
    double rise = perSecond * (last.seconds() - first.seconds());
    return new Report(
        (last.seconds() - samples.getFirst().seconds()) / SECONDS_A_MINUTE,
        samples.size(),
        samples.getFirst().bytes(),
        first.bytes(),
        last.bytes(),
        samples.stream().mapToLong(Sample::bytes).max().orElse(0),
        perSecond * SECONDS_A_MINUTE,
        rise < FLAT * first.bytes());
  }

  /** Least squares. */
  private static double slope(List<Sample> samples) {
    double meanSeconds = samples.stream().mapToDouble(Sample::seconds).average().orElse(0);
    double meanBytes = samples.stream().mapToLong(Sample::bytes).average().orElse(0);
    double along = 0;
    double square = 0;
    for (Sample sample : samples) {
      double from = sample.seconds() - meanSeconds;
      along += from * (sample.bytes() - meanBytes);
      square += from * from;
    }
    return square == 0 ? 0 : along / square;
  }
}
