package dev.hone.inference;

/**
 * How far a sampling is.
 *
 * @param ended answers that are whole
 * @param kept answers among them that an earlier run drew
 * @param answers that are wanted
 * @param tokens of all answers so far
 * @param seconds of work, without what the watcher took
 */
public record SamplingProgress(int ended, int kept, int answers, long tokens, double seconds) {
  /** Of this run; 0 before the first step. */
  public double answersPerSecond() {
    return seconds == 0 ? 0 : (ended - kept) / seconds;
  }

  /** 0 before the first step. */
  public double tokensPerSecond() {
    return seconds == 0 ? 0 : tokens / seconds;
  }
}
