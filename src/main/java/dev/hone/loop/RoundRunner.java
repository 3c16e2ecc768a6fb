package dev.hone.loop;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps the round that runs: at most one. */
@ApplicationScoped
class RoundRunner {
  /** Beyond a worker's own patience: to write down how it ended. */
  private static final Duration TO_WRITE_DOWN = Duration.ofSeconds(5);

  private final RoundSteps steps;
  private final LoopConfig config;

  /** Held while a round is put to work, or its end is written down. */
  private final ReentrantLock assigning = new ReentrantLock();

  private volatile RunningRound current;

  RoundRunner(RoundSteps steps, LoopConfig config) {
    this.steps = steps;
    this.config = config;
  }

  /** A round that was running when the former server ended, however it did, goes on. */
  void goOn(@Observes StartupEvent event) {
    steps.log().atStart().ifPresent(this::launch);
  }

  void rest(@Observes ShutdownEvent event) throws InterruptedException {
    RunningRound round = current;
    if (round != null) {
      round.rest();
      round.over(patience());
    }
  }

  /**
   * Puts a thread to work on a round that runs by its state, unless one is at work.
   *
   * @return whether it did
   */
  boolean launch(long number) {
    assigning.lock();
    try {
      if (atWork(number) || !steps.log().get(number).state().running()) {
        return false;
      }
      var folder = RoundFolder.of(config.data(), number);
      var round = new RunningRound(number, folder, steps, assigning);
      current = round;
      round.start();
      return true;
    } finally {
      assigning.unlock();
    }
  }

  /**
   * Ends the round; what it has learnt so far is kept. Returns when that is done. A round that is
   * being judged comes to its decision first.
   */
  void cancel(long number) throws InterruptedException {
    var round = running(number);
    if (round.isPresent()) {
      round.get().cancel();
      round.get().over(patience());
    }
    cancelAbandoned(number);
  }

  /** A thread whose end could not be written down leaves a round that runs by its row only. */
  private void cancelAbandoned(long number) {
    assigning.lock();
    try {
      if (!atWork(number)) {
        steps.log().cancel(number);
      }
    } finally {
      assigning.unlock();
    }
  }

  private boolean atWork(long number) {
    return running(number).filter(RunningRound::atWork).isPresent();
  }

  /** The number of the round that a thread is at work on. */
  Optional<Long> running() {
    return Optional.ofNullable(current).filter(RunningRound::atWork).map(RunningRound::number);
  }

  /** What is known of a round beyond its row. */
  Round live(Round round, long number) {
    return running(number)
        .filter(_ -> round.state().running())
        .map(r -> round.live(r.progress(), r.paused()))
        .orElse(round);
  }

  private Optional<RunningRound> running(long number) {
    return Optional.ofNullable(current).filter(round -> round.number() == number);
  }

  private Duration patience() {
    return config.loop().workerPatience().plus(TO_WRITE_DOWN);
  }
}
