package dev.hone.inference;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who has a slot. Those who run come before newcomers, a class before a later one, and within a
 * class lanes take turns; whoever's turn it is is waited for even if another would fit sooner. When
 * memory runs out, the one of the last class that was let in last makes place. Belongs to the
 * engine's thread.
 */
final class Admission {
  private static final Comparator<Sequence> LEAST_URGENT =
      Comparator.comparing(Sequence::priority).thenComparingLong(Sequence::admission);

  private final List<Lane> lanes;
  private final Batch batch;
  private long admissions;
  private volatile long preemptions;

  /** Who was found no room for, and how many ran then: until one of these leaves there is none. */
  private Optional<Sequence> denied = Optional.empty();

  private int deniedRunning;

  /**
   * @param lanes looked at anew each time
   */
  Admission(List<Lane> lanes, Batch batch) {
    this.lanes = lanes;
    this.batch = batch;
  }

  /** Those who run have the memory for their next step. */
  void makeRoom() {
    while (!batch.reserve()) {
      if (batch.running() == 1) {
        throw noRoomForOne();
      }
      preempt(batch.sequences().max(LEAST_URGENT).orElseThrow());
    }
  }

  /** Lets newcomers in as far as there is room. */
  void admit() {
    for (Priority priority : Priority.values()) {
      for (var lane = next(priority); lane.isPresent(); lane = next(priority)) {
        if (!admit(lane.get(), batch.next(lane.get(), priority).orElseThrow())) {
          return;
        }
      }
    }
  }

  private Optional<Lane> next(Priority priority) {
    if (batch.full() && yielding(priority).isEmpty()) {
      return Optional.empty();
    }
    return lanes.stream()
        .filter(lane -> batch.next(lane, priority).isPresent())
        .min(Comparator.comparingLong(Lane::lastAdmission));
  }

  private boolean admit(Lane lane, Sequence newcomer) {
    if (denied.filter(newcomer::equals).isPresent() && batch.running() >= deniedRunning) {
      return false;
    }
    while (batch.full() || !batch.admit(lane, newcomer, admissions + 1)) {
      var victim = yielding(newcomer.priority());
      if (victim.isEmpty()) {
        return deny(newcomer);
      }
      preempt(victim.get());
    }
    admissions++;
    denied = Optional.empty();
    return true;
  }

  private boolean deny(Sequence newcomer) {
    if (batch.running() == 0) {
      throw noRoomForOne();
    }
    denied = Optional.of(newcomer);
    deniedRunning = batch.running();
    return false;
  }

  /** Who makes place for a newcomer. */
  private Optional<Sequence> yielding(Priority newcomer) {
    return batch
        .sequences()
        .filter(victim -> victim.priority().compareTo(newcomer) > 0)
        .max(LEAST_URGENT);
  }

  /** How often somebody lost a slot so far. From any thread. */
  long preemptions() {
    return preemptions;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void preempt(Sequence victim) {
    preemptions++;
    batch.preempt(victim);
  }

  /** At the start it was made sure that one always has room. */
  private static IllegalStateException noRoomForOne() {
    return new IllegalStateException("no memory for the keys and values of a single sequence");
  }
}
