package dev.hone.inference;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Shares the engine out among the lanes. {@link #offer}, {@link #open} and {@link #retire} may be
 * called from any thread, the rest belongs to the engine's.
 */
final class Scheduler {
  private final EngineLimits limits;
  private final List<Lane> lanes = new CopyOnWriteArrayList<>();
  private final List<Lane> open = new CopyOnWriteArrayList<>();

  private final Admission admission;

  /** Guards {@link #open}, and the counts of who waits against two that take the last place. */
  private final ReentrantLock door = new ReentrantLock();

  Scheduler(EngineLimits limits) {
    this.limits = limits;
    this.admission = new Admission(lanes, limits.maxBatch());
  }

  /** A lane that takes requests. */
  Optional<Lane> lane(String version) {
    return open.stream().filter(lane -> lane.version().equals(version)).findFirst();
  }

  /** The same, held: it stays until it is released. */
  Optional<Lane> hold(String version) {
    door.lock();
    try {
      var found = lane(version);
      found.ifPresent(Lane::hold);
      return found;
    } finally {
      door.unlock();
    }
  }

  void open(Lane lane) {
    door.lock();
    try {
      if (lane(lane.version()).isPresent()) {
        throw new IllegalStateException(lane.version() + " has a lane already");
      }
      lanes.add(lane);
      open.add(lane);
    } finally {
      door.unlock();
    }
  }

  /** The lane takes no more requests, and is closed once it has served those that it has. */
  void retire(String version) {
    door.lock();
    try {
      lane(version)
          .ifPresent(
              lane -> {
                open.remove(lane);
                lane.retire();
              });
    } finally {
      door.unlock();
    }
  }

  enum Offer {
    TAKEN,
    QUEUE_FULL,
    LANE_RETIRED
  }

  Offer offer(Lane lane, Sequence sequence) {
    door.lock();
    try {
      if (!open.contains(lane)) {
        return Offer.LANE_RETIRED;
      }
      Priority priority = sequence.priority();
      if (waiting(priority) >= limits.queueCapacity() && lane.waiting().size(priority) > 0) {
        return Offer.QUEUE_FULL;
      }
      lane.waiting().add(sequence);
      return Offer.TAKEN;
    } finally {
      door.unlock();
    }
  }

  int waiting() {
    return lanes.stream().mapToInt(lane -> lane.waiting().size()).sum();
  }

  int waiting(Priority priority) {
    return lanes.stream().mapToInt(lane -> lane.waiting().size(priority)).sum();
  }

  int running() {
    return lanes.stream().mapToInt(Lane::running).sum();
  }

  boolean idle() {
    return lanes.stream()
        .noneMatch(lane -> lane.waiting().size() + lane.running() > 0 || lane.finished());
  }

  int blocks() {
    return lanes.stream().mapToInt(Lane::blocks).sum();
  }

  long preemptions() {
    return admission.preemptions();
  }

  List<Lane> lanes() {
    return lanes;
  }

  /**
   * Drops what was cancelled, closes what has retired, makes room for those who run and admits who
   * is next.
   *
   * @return tokens that each may feed of what its slot lacks
   */
  Map<Sequence, Integer> schedule() {
    lanes.forEach(lane -> lane.attempt(lane::endCancelled));
    closeFinished();
    admission.makeRoom();
    admission.admit();
    lanes.forEach(lane -> lane.endOutOfPatience(limits.queuePatience(), waiting()));
    var prefilling = lanes.stream().flatMap(lane -> lane.prefilling().stream()).toList();
    return PromptShares.of(prefilling, budget(prefilling));
  }

  /**
   * Tokens of prompts that the next step feeds. Whoever is decoded waits for them, so there are
   * more only where more wait for their first token than for their next.
   */
  private int budget(List<Sequence> prefilling) {
    long decoding = lanes.stream().mapToInt(Lane::decoding).sum();
    if (decoding == 0) {
      return limits.prefillChunk();
    }
    long waiting =
        prefilling.stream().filter(one -> one.priority() == Priority.INTERACTIVE).count();
    int shared = limits.sharedPrefillChunk();
    long wanted = Math.min(limits.prefillChunk(), shared * (waiting / decoding));
    return (int) Math.max(shared, wanted);
  }

  private void closeFinished() {
    lanes.stream()
        .filter(Lane::finished)
        .forEach(
            lane -> {
              lane.forget();
              close(lane);
            });
  }

  /** Empties every lane, telling each sequence; those that have retired go. */
  void clear(Consumer<Sequence> tell) {
    lanes.forEach(lane -> lane.clear(tell));
    closeFinished();
  }

  void closeAll() {
    lanes.forEach(this::close);
  }

  private void close(Lane lane) {
    open.remove(lane);
    if (lanes.remove(lane)) {
      lane.close();
    }
  }
}
