package dev.hone.alignment;

/** Time of work, started when it is made. */
public final class Stopwatch {
  private long start = System.nanoTime();
  private long before;

  /** Runs what does not count. */
  public void pause(Runnable waiting) {
    before += System.nanoTime() - start;
    waiting.run();
    start = System.nanoTime();
  }

  public double seconds() {
    return (before + System.nanoTime() - start) / 1e9;
  }
}
