package dev.hone.loop;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;

/** Keeps the round that runs: at most one. */
@ApplicationScoped
class RoundRunner {
  /** Beyond a worker's own patience: to write down how it ended. */
  private static final Duration TO_WRITE_DOWN = Duration.ofSeconds(5);

  private final RoundSteps steps;
  private final LoopConfig config;
  private volatile RunningRound current;

  RoundRunner(RoundSteps steps, LoopConfig config) {
    this.steps = steps;
    this.config = config;
  }

  /** A round that was running when the server ended, however it did, goes on. */
  void goOn(@Observes StartupEvent event) {
    steps.log().running().ifPresent(this::launch);
  }

  void rest(@Observes ShutdownEvent event) throws InterruptedException {
    RunningRound round = current;
    if (round != null) {
      round.rest();
      round.over(patience());
    }
  }

  void launch(long number) {
    var round = new RunningRound(number, RoundFolder.of(config.data(), number), steps);
    current = round;
    round.start();
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
