package dev.hone.inference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * One version while it is served: its runner, who waits and who runs. {@link #waiting}, {@link
 * #retire} and the counts may be used from any thread, the rest belongs to the engine's.
 */
final class Lane {
  private static final Logger LOG = Logger.getLogger(Lane.class);

  private final String version;
  private final ModelRunner runner;
  private final Pace pace;
  private final WaitingLine waiting = new WaitingLine();
  private final LaneSlots slots;
  private final LaneStep step;
  private final LanePrefixes prefixes;
  private final AtomicInteger holders = new AtomicInteger();
  private volatile boolean retired;
  private long lastAdmission;

  Lane(String version, ModelRunner runner, int[] endTokens, Pace pace, LanePrefixes prefixes) {
    this.version = version;
    this.runner = runner;
    this.step = new LaneStep(version, runner, endTokens);
    this.pace = pace;
    this.slots = new LaneSlots(runner);
    this.prefixes = prefixes;
  }

  String version() {
    return version;
  }

  int contextWindow() {
    return runner.contextWindow();
  }

  int vocabulary() {
    return runner.vocabulary();
  }

  int blocks() {
    return runner.blocks();
  }

  WaitingLine waiting() {
    return waiting;
  }

  int running() {
    return slots.running();
  }

  /** Nobody comes any more; who is here is served to the end. */
  void retire() {
    retired = true;
  }

  /** Whoever uses the runner beside the slots keeps the lane from finishing until released. */
  void hold() {
    holders.incrementAndGet();
  }

  void release() {
    holders.decrementAndGet();
  }

  boolean finished() {
    return retired && waiting.size() == 0 && running() == 0 && holders.get() == 0;
  }

  /** Begins to make a text a vector. */
  TextReading read(int[] tokens) {
    return runner.read(tokens);
  }

  int decoding() {
    return slots.decoding().size();
  }

  List<Sequence> prefilling() {
    return slots.prefilling();
  }

  /** All that have a slot. */
  Stream<Sequence> sequences() {
    return slots.all().stream();
  }

  boolean full() {
    return slots.full();
  }

  /** Number of the last admission; the lane with the smallest is next. */
  long lastAdmission() {
    return lastAdmission;
  }

  /**
   * The first of a class that waits. One whose beginning is just being fed for another is passed
   * over until it can be copied.
   */
  Optional<Sequence> next(Priority priority) {
    return waiting.of(priority).stream().filter(sequence -> !isBeingFed(sequence)).findFirst();
  }

  private boolean isBeingFed(Sequence sequence) {
    if (prefixes.none() || slots.prefilling().isEmpty()) {
      return false;
    }
    int stored = prefixes.stored(sequence);
    return slots.prefilling().stream().anyMatch(other -> prefixes.shared(sequence, other) > stored);
  }

  /** Lets somebody who waits in, if there is room. */
  boolean admit(Sequence sequence, long number) {
    if (!slots.admit(sequence)) {
      return false;
    }
    waiting.remove(sequence);
    sequence.admitted(number, prefixes.restore(sequence, slots.slotOf(sequence)));
    lastAdmission = number;
    return true;
  }

  /** Makes room for what those who run feed next; false when there is no memory for that. */
  boolean reserve() {
    return slots.reserve();
  }

  void trim() {
    slots.trim();
  }

  /** Takes the slot away from one that runs; it goes on later, before others of its class. */
  void preempt(Sequence sequence) {
    leave(sequence);
    sequence.preempted();
    waiting.addFirst(sequence);
  }

  /**
   * Does something to this lane.
   *
   * @return nothing if it failed: every request in this lane has ended with that error
   */
  <T> Optional<T> attempt(Supplier<T> work) {
    try {
      return Optional.of(work.get());
    } catch (RuntimeException e) {
      LOG.errorf(e, "The runner of %s failed; whoever waits for it or runs ends with it", version);
      clear(sequence -> sequence.fail(e));
      return Optional.empty();
    }
  }

  /** The same, where nobody asks for a result. */
  void attempt(Runnable work) {
    var _ =
        attempt(
            () -> {
              work.run();
              return true;
            });
  }

  /** Empties everything, telling each sequence; nothing that is stored is trusted any more. */
  void clear(Consumer<Sequence> tell) {
    var all = new ArrayList<>(slots.clear());
    prefixes.forget();
    all.addAll(waiting.clear());
    all.forEach(tell);
  }

  void endCancelled() {
    waiting.removeIf(Lane::endIfCancelled);
    slots.all().stream().filter(Lane::endIfCancelled).forEach(this::leave);
  }

  private static boolean endIfCancelled(Sequence sequence) {
    if (sequence.cancelled()) {
      sequence.finish(FinishReason.CANCELLED);
    }
    return sequence.cancelled();
  }

  /**
   * One token for each that is decoded, and their shares for those that are not yet.
   *
   * @param shares prompt tokens at most; whoever is not in it waits
   */
  void step(Map<Sequence, Integer> shares) {
    var outcome = step.run(slots, shares);
    outcome.prefilled().forEach(this::prefilled);
    outcome.ended().forEach(this::end);
  }

  private void prefilled(Sequence sequence) {
    prefixes.keep(sequence, slots.slotOf(sequence));
    slots.prefilled(sequence);
  }

  private void end(Sequence sequence) {
    pace.ended(sequence);
    leave(sequence);
  }

  private void leave(Sequence sequence) {
    prefixes.keep(sequence, slots.slotOf(sequence));
    prefixes.release(sequence);
    slots.remove(sequence);
  }

  void endOutOfPatience(Duration queuePatience, int allWaiting) {
    waiting.removeIf(
        sequence -> {
          boolean out = sequence.outOfPatience(queuePatience);
          if (out) {
            sequence.fail(
                EngineBusyException.waitedTooLong(sequence.waited(), pace.retryAfter(allWaiting)));
          }
          return out;
        });
  }

  /** Drops what is stored of this version. */
  void forget() {
    prefixes.forget();
  }

  void close() {
    runner.close();
  }
}
