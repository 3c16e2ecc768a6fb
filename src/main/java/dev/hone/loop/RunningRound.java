package dev.hone.loop;

import dev.hone.alignment.StepReport;
import dev.hone.loop.Round.Progress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import org.jboss.logging.Logger;

/**
 * A round on its way, on a thread of its own. Every state may be entered again: what was done
 * before lies in the round's folder and is not done twice.
 */
final class RunningRound {
  private static final Logger LOG = Logger.getLogger(RunningRound.class);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final long number;
  private final RoundFolder folder;
  private final RoundSteps steps;
  private final Lock assigning;
  private final AtomicReference<String> explained = new AtomicReference<>();
  private final Thread thread;
  private volatile Progress progress;
  private volatile boolean paused;

  /** Set as its end is written down: from then on somebody may resume it. */
  private volatile boolean ending;

  private volatile Wish wish = Wish.GO_ON;

  /** What others want of it. */
  private enum Wish {
    GO_ON,
    /** The server ends; the next one goes on. */
    REST,
    CANCEL
  }

  /**
   * @param assigning held while its end is written down, and by whoever looks whether it is at work
   */
  RunningRound(long number, RoundFolder folder, RoundSteps steps, Lock assigning) {
    this.number = number;
    this.folder = folder;
    this.steps = steps;
    this.assigning = assigning;
    this.thread = Thread.ofPlatform().name("round-r" + number).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  long number() {
    return number;
  }

  Progress progress() {
    return progress;
  }

  boolean paused() {
    return paused;
  }

  void rest() {
    wish = Wish.REST;
  }

  void cancel() {
    wish = Wish.CANCEL;
  }

  boolean atWork() {
    return thread.isAlive() && !ending;
  }

  /** Whether it has come to its end, or to rest, within this time. */
  boolean over(Duration patience) throws InterruptedException {
    return thread.join(patience);
  }

  private void run() {
    try {
      while (!ending && wish != Wish.REST) {
        RoundState state = steps.log().get(number).state();
        if (!state.running()) {
          return;
        }
        if (wish == Wish.CANCEL) {
          end(RoundState.CANCELLED, null);
          return;
        }
        step(state);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failed(e, e.getMessage() == null ? e.toString() : e.getMessage());
    } catch (Error e) {
      failed(e, e.toString());
    } finally {
      progress = null;
      paused = false;
    }
  }

  private void failed(Throwable cause, String why) {
    LOG.errorf(cause, "Round r%d failed", number);
    end(RoundState.FAILED, why);
  }

  private void step(RoundState state) throws InterruptedException {
    switch (state) {
      case COLLECT -> prepare();
      case POLICY, EVALUATE -> work();
      case GATE -> steps.gate().pass(number, folder);
      case DONE, PUBLISHED, REFUSED, NEEDS_HUMAN, FAILED, CANCELLED, ROLLED_BACK ->
          throw new IllegalStateException("a round does not run in state " + state);
    }
  }

  private void prepare() {
    steps.jobs().write(steps.log().get(number), folder);
    steps.log().enter(number, RoundState.POLICY, null);
  }

  private void work() throws InterruptedException {
    steps.chat().awaitModel(() -> wish != Wish.GO_ON);
    if (wish != Wish.GO_ON) {
      return;
    }
    Optional<String> objection = steps.objection(folder);
    if (objection.isPresent()) {
      end(RoundState.FAILED, objection.get());
      return;
    }
    explained.set(null);
    RoundFolder.write(folder.alarms(), steps.alarms());
    WorkerProcess worker = steps.workers().start(folder, this::heard);
    try {
      long giveUp = Long.MAX_VALUE;
      while (!worker.ended(LOOK)) {
        worker.pause(steps.chat().busy());
        paused = worker.paused();
        if (wish != Wish.GO_ON && giveUp == Long.MAX_VALUE) {
          worker.end();
          giveUp = System.nanoTime() + steps.workerPatience().toNanos();
        }
        if (giveUp != Long.MAX_VALUE && System.nanoTime() > giveUp) {
          worker.kill();
        }
      }
    } finally {
      worker.kill();
    }
    afterWorker(worker.exitCode());
  }

  private void afterWorker(int exitCode) {
    progress = null;
    paused = false;
    if (exitCode == WorkerRun.DONE) {
      if (steps.log().get(number).plan().last().makesPolicy()) {
        trained();
        steps.log().enter(number, RoundState.GATE, null);
      } else {
        end(
            RoundState.DONE,
            RoundFolder.read(folder.made(), Made.class)
                .map(made -> made.words(Job.read(folder.job()).orElseThrow().store()))
                .orElse(null));
      }
      return;
    }
    switch (wish) {
      case REST -> {}
      case CANCEL -> end(RoundState.CANCELLED, null);
      case GO_ON -> workerFailed(exitCode);
    }
  }

  /** Does nothing the second time. */
  private void trained() {
    if (steps.log().get(number).state() == RoundState.POLICY) {
      steps.log().trained(number, Candidate.id(number, folder));
      steps.log().enter(number, RoundState.EVALUATE, null);
    }
  }

  private void workerFailed(int exitCode) {
    String said = explained.get();
    if (said != null) {
      end(RoundState.FAILED, said);
      return;
    }
    String how =
        "%s; see %s; 'hone round resume r%d' goes on from its last checkpoint"
            .formatted(WorkerProcess.howItEnded(exitCode), folder.log(), number);
    end(() -> steps.log().workerDied(number, how));
  }

  private void end(RoundState state, String why) {
    end(() -> steps.log().enter(number, state, why));
  }

  private void end(Runnable write) {
    assigning.lock();
    try {
      ending = true;
      write.run();
    } finally {
      assigning.unlock();
    }
  }

  /** On the thread that listens to the worker. */
  private void heard(WorkerEvent event) {
    switch (event) {
      case WorkerEvent.Settled(var stage, var settings) ->
          steps.log().settled(number, stage == null ? 0 : stage - 1, settings);
      case WorkerEvent.Computing(var compute) -> steps.log().computeChosen(number, compute);
      case WorkerEvent.Stepped(var stage, var report) -> progress = training(stage, report);
      case WorkerEvent.Trained() -> trained();
      case WorkerEvent.Measured(
              var stage,
              var phase,
              int step,
              int of,
              double perSecond,
              double left) ->
          progress =
              new Progress(stage, phase, step, of, null, null, null, Map.of(), perSecond, left);
      case WorkerEvent.Failed(var why) -> explained.set(why);
    }
  }

  private static Progress training(Integer stage, StepReport report) {
    return new Progress(
        stage,
        "training",
        report.step(),
        report.steps(),
        report.loss(),
        report.learningRate(),
        report.gradientNorm(),
        report.metrics(),
        report.perSecond(),
        report.secondsLeft());
  }
}
