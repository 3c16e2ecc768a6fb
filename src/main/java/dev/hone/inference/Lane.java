package dev.hone.inference;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One version while it is served: who waits for it, and what is stored of it. {@link #waiting},
 * {@link #retire}, {@link #hold} and {@link #release} may be used from any thread, the rest belongs
 * to the engine's.
 */
final class Lane {
  private final String version;
  private final int number;
  private final WaitingLine waiting = new WaitingLine();
  private final LanePrefixes prefixes;
  private final AtomicInteger holders = new AtomicInteger();
  private volatile Optional<Runnable> retired = Optional.empty();
  private int running;
  private long lastAdmission;

  /**
   * @param number by which the runner knows the version
   */
  Lane(String version, int number, LanePrefixes prefixes) {
    this.version = version;
    this.number = number;
    this.prefixes = prefixes;
  }

  String version() {
    return version;
  }

  int number() {
    return number;
  }

  WaitingLine waiting() {
    return waiting;
  }

  LanePrefixes prefixes() {
    return prefixes;
  }

  /**
   * Nobody comes any more; who is here is served to the end.
   *
   * @param gone called when it has {@link #gone}
   */
  void retire(Runnable gone) {
    retired = Optional.of(gone);
  }

  /** The runner has nothing of it any more. */
  void gone() {
    retired.orElseThrow().run();
  }

  /** Whoever uses the runner beside the slots keeps the lane from finishing until released. */
  void hold() {
    holders.incrementAndGet();
  }

  void release() {
    holders.decrementAndGet();
  }

  boolean finished() {
    return retired.isPresent() && waiting.size() == 0 && running == 0 && holders.get() == 0;
  }

  /** Number of the last admission; the lane with the smallest is next. */
  long lastAdmission() {
    return lastAdmission;
  }

  /**
   * The first of a class that waits. One whose beginning is just being fed for another is passed
   * over until it can be copied.
   *
   * @param prefilling those of this lane
   */
  Optional<Sequence> next(Priority priority, List<Sequence> prefilling) {
    return waiting.of(priority).stream()
        .filter(sequence -> !isBeingFed(sequence, prefilling))
        .findFirst();
  }

  private boolean isBeingFed(Sequence sequence, List<Sequence> prefilling) {
    if (prefixes.none() || prefilling.isEmpty()) {
      return false;
    }
    int stored = prefixes.stored(sequence);
    return prefilling.stream().anyMatch(other -> prefixes.shared(sequence, other) > stored);
  }

  /** One that waited has a slot. */
  void admitted(Sequence sequence, long admission, int slot) {
    waiting.remove(sequence);
    running++;
    sequence.admitted(admission, prefixes.restore(sequence, slot));
    lastAdmission = admission;
  }

  /** One that ran gives its slot up. */
  void left(Sequence sequence, int slot) {
    prefixes.keep(sequence, slot);
    prefixes.release(sequence);
    running--;
  }

  /**
   * Nobody waits or runs any more, and nothing that is stored is trusted.
   *
   * @return who waited
   */
  List<Sequence> clear() {
    running = 0;
    prefixes.forget();
    return waiting.clear();
  }

  void endCancelled() {
    waiting.removeIf(Sequence::endIfCancelled);
  }

  /**
   * @param retryAfter told those who waited too long
   */
  void endOutOfPatience(Duration queuePatience, Duration retryAfter) {
    waiting.removeIf(
        sequence -> {
          boolean out = sequence.outOfPatience(queuePatience);
          if (out) {
            sequence.fail(EngineBusyException.waitedTooLong(sequence.waited(), retryAfter));
          }
          return out;
        });
  }
}
