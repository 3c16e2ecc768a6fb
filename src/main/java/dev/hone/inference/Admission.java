package dev.hone.inference;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
  private final int maxBatch;
  private long admissions;
  private volatile long preemptions;

  /** Who was found no room for, and how many ran then: until one of these leaves there is none. */
  private Optional<Sequence> denied = Optional.empty();

  private int deniedRunning;

  /**
   * @param lanes looked at anew each time
   */
  Admission(List<Lane> lanes, int maxBatch) {
    this.lanes = lanes;
    this.maxBatch = maxBatch;
  }

  private int running() {
    return lanes.stream().mapToInt(Lane::running).sum();
  }

  /** Every lane has the memory for its next step. */
  void makeRoom() {
    lanes.forEach(lane -> lane.attempt(() -> reserve(lane)));
  }

  private void reserve(Lane lane) {
    while (!lane.reserve()) {
      trimOthers(lane);
      if (lane.reserve()) {
        return;
      }
      if (running() == 1) {
        throw noRoomForOne();
      }
      preempt(running(lanes.stream()).orElseThrow());
    }
  }

  /** Lets newcomers in as far as there is room. */
  void admit() {
    for (Priority priority : Priority.values()) {
      for (var lane = next(priority); lane.isPresent(); lane = next(priority)) {
        Lane turn = lane.get();
        Sequence newcomer = turn.next(priority).orElseThrow();
        if (!turn.attempt(() -> admit(turn, newcomer)).orElse(true)) {
          return;
        }
      }
    }
  }

  private Optional<Lane> next(Priority priority) {
    return lanes.stream()
        .filter(lane -> lane.next(priority).isPresent())
        .filter(lane -> !lane.full() || yielding(Stream.of(lane), priority).isPresent())
        .min(Comparator.comparingLong(Lane::lastAdmission));
  }

  private boolean admit(Lane lane, Sequence newcomer) {
    if (denied.filter(newcomer::equals).isPresent() && running() >= deniedRunning) {
      return false;
    }
    while (!fits(lane, newcomer)) {
      var among = lane.full() ? Stream.of(lane) : lanes.stream();
      var victim = yielding(among, newcomer.priority());
      if (victim.isEmpty()) {
        return deny(newcomer);
      }
      preempt(victim.get());
      if (!lane.waiting().of(newcomer.priority()).contains(newcomer)) {
        return true; // the runner failed at that, and the newcomer has ended with its lane
      }
    }
    admissions++;
    denied = Optional.empty();
    return true;
  }

  private boolean fits(Lane lane, Sequence newcomer) {
    if (running() >= maxBatch || lane.full()) {
      return false;
    }
    if (lane.admit(newcomer, admissions + 1)) {
      return true;
    }
    trimOthers(lane);
    return lane.admit(newcomer, admissions + 1);
  }

  private boolean deny(Sequence newcomer) {
    if (running() == 0) {
      throw noRoomForOne();
    }
    denied = Optional.of(newcomer);
    deniedRunning = running();
    return false;
  }

  /** A lane keeps the memory it once needed, until another lane wants some. */
  private void trimOthers(Lane lane) {
    lanes.stream().filter(other -> other != lane).forEach(other -> other.attempt(other::trim));
  }

  private static Optional<Sequence> running(Stream<Lane> among) {
    return among.flatMap(Lane::sequences).max(LEAST_URGENT);
  }

  /** Who makes place for a newcomer. */
  private static Optional<Sequence> yielding(Stream<Lane> among, Priority newcomer) {
    return running(among).filter(victim -> victim.priority().compareTo(newcomer) > 0);
  }

  /** How often somebody lost a slot so far. From any thread. */
  long preemptions() {
    return preemptions;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void preempt(Sequence victim) {
    preemptions++;
    lanes.stream()
        .filter(lane -> lane.sequences().anyMatch(victim::equals))
        .forEach(lane -> lane.attempt(() -> lane.preempt(victim)));
  }

  /** At the start it was made sure that one always has room. */
  private static IllegalStateException noRoomForOne() {
    return new IllegalStateException("no memory for the keys and values of a single sequence");
  }
}
