package dev.hone.inference;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Shares the engine out among the lanes. Newcomers are let in one at a time, by turns of their
 * lanes; within a lane the first that waits goes next, and whoever's turn it is is waited for even
 * if another would fit sooner. {@link #offer}, {@link #open} and {@link #retire} may be called from
 * any thread, the rest belongs to the engine's.
 */
final class Scheduler {
  private final EngineLimits limits;
  private final List<Lane> lanes = new CopyOnWriteArrayList<>();
  private final List<Lane> open = new CopyOnWriteArrayList<>();

  /** Guards {@link #open}, and the counts of who waits against two that take the last place. */
  private final ReentrantLock door = new ReentrantLock();

  private long admissions;

  Scheduler(EngineLimits limits) {
    this.limits = limits;
  }

  /** A lane that takes requests. */
  Optional<Lane> lane(String version) {
    return open.stream().filter(lane -> lane.version().equals(version)).findFirst();
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
      if (waiting() >= limits.queueCapacity() && lane.waiting() > 0) {
        return Offer.QUEUE_FULL;
      }
      lane.enqueue(sequence);
      return Offer.TAKEN;
    } finally {
      door.unlock();
    }
  }

  int waiting() {
    return lanes.stream().mapToInt(Lane::waiting).sum();
  }

  int running() {
    return lanes.stream().mapToInt(Lane::running).sum();
  }

  boolean idle() {
    return lanes.stream().noneMatch(lane -> lane.waiting() + lane.running() > 0 || lane.finished());
  }

  /** Drops what was cancelled, closes what has retired, and admits who is next. */
  List<Lane> schedule() {
    lanes.forEach(lane -> lane.attempt(lane::endCancelled));
    lanes.stream().filter(Lane::finished).forEach(this::close);
    if (running() < limits.maxBatch() && lanes.stream().noneMatch(Lane::prefills)) {
      lanes.stream()
          .filter(Lane::wantsSlot)
          .min(Comparator.comparingLong(Lane::lastAdmission))
          .ifPresent(lane -> lane.attempt(() -> admit(lane)));
    }
    return lanes.stream().filter(lane -> lane.running() > 0).toList();
  }

  /** A lane keeps the memory it once needed, until another lane wants some. */
  private void admit(Lane lane) {
    if (lane.admit(admissions + 1)) {
      admissions++;
      return;
    }
    lanes.stream().filter(other -> other != lane).forEach(other -> other.attempt(other::trim));
    if (lane.admit(admissions + 1)) {
      admissions++;
    }
  }

  /** Tokens of a prompt that the next step may take in. */
  int prefillChunk() {
    return lanes.stream().anyMatch(Lane::decodes)
        ? limits.sharedPrefillChunk()
        : limits.prefillChunk();
  }

  /** Empties every lane, telling each sequence. */
  void clear(Consumer<Sequence> tell) {
    lanes.forEach(lane -> lane.clear(tell));
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
