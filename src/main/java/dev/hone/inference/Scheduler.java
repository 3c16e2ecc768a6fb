package dev.hone.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Shares the one batch out among the lanes. {@link #offer}, {@link #open} and {@link #retire} may
 * be called from any thread, the rest belongs to the engine's.
 */
final class Scheduler {
  private final EngineLimits limits;
  private final ModelRunner runner;
  private final Pace pace;
  private final Speculator speculator;
  private final Batch batch;
  private final List<Lane> lanes = new CopyOnWriteArrayList<>();
  private final List<Lane> open = new CopyOnWriteArrayList<>();

  private final Admission admission;

  /** Guards {@link #open}, and the counts of who waits against two that take the last place. */
  private final ReentrantLock door = new ReentrantLock();

  Scheduler(ModelRunner runner, int[] endTokens, EngineLimits limits, Pace pace) {
    this.limits = limits;
    this.runner = runner;
    this.pace = pace;
    this.speculator = new Speculator(limits.speculation(), runner.contextWindow(), endTokens);
    this.batch = new Batch(runner, endTokens, limits.maxBatch(), pace, speculator);
    this.admission = new Admission(lanes, batch);
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

  /**
   * The lane takes no more requests, and goes once it has served those that it has.
   *
   * @param gone called when it has gone; at once where there is none
   */
  void retire(String version, Runnable gone) {
    door.lock();
    try {
      lane(version)
          .ifPresentOrElse(
              lane -> {
                open.remove(lane);
                lane.retire(gone);
              },
              gone);
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
    return batch.running();
  }

  boolean idle() {
    return batch.running() == 0
        && lanes.stream().noneMatch(lane -> lane.waiting().size() > 0 || lane.finished());
  }

  int blocks() {
    return batch.blocks();
  }

  long preemptions() {
    return admission.preemptions();
  }

  SpeculationUse speculationUse() {
    return speculator.use();
  }

  /**
   * Drops what was cancelled, lets go what has retired, makes room for those who run and admits who
   * is next.
   *
   * @return tokens that each may feed of what its slot lacks
   */
  Map<Sequence, Integer> schedule() {
    batch.endCancelled();
    lanes.forEach(Lane::endCancelled);
    leaveFinished();
    admission.makeRoom();
    admission.admit();
    var retryAfter = pace.retryAfter(waiting());
    lanes.forEach(lane -> lane.endOutOfPatience(limits.queuePatience(), retryAfter));
    return PromptShares.of(batch.prefilling(), budget());
  }

  /** One pass for all, in which each feeds its share. */
  void step(Map<Sequence, Integer> shares) {
    batch.step(shares);
  }

  /**
   * Tokens of prompts that the next step feeds. Whoever is decoded waits for them, so there are
   * more only where more wait for their first token than for their next.
   */
  private int budget() {
    long decoding = batch.decoding();
    if (decoding == 0) {
      return limits.prefillChunk();
    }
    long waiting =
        batch.prefilling().stream().filter(one -> one.priority() == Priority.INTERACTIVE).count();
    int shared = limits.sharedPrefillChunk();
    long wanted = Math.min(limits.prefillChunk(), shared * (waiting / decoding));
    return (int) Math.max(shared, wanted);
  }

  private void leaveFinished() {
    var finished = lanes.stream().filter(Lane::finished).toList();
    lanes.removeAll(finished);
    for (Lane lane : finished) {
      lane.prefixes().forget();
      runner.retire(lane.number());
      lane.gone();
    }
  }

  /** Empties the batch and every queue, telling each sequence, and lets go what has retired. */
  void clear(Consumer<Sequence> tell) {
    var all = new ArrayList<>(batch.clear());
    lanes.forEach(lane -> all.addAll(lane.clear()));
    all.forEach(tell);
    leaveFinished();
  }
}
