package dev.hone.alignment;

import dev.hone.alignment.Trainee.Stepped;
import java.nio.file.Path;

/**
 * A training from its first step, or from its last checkpoint, to the candidate: whoever finds
 * checkpoints of the same job goes on from the last, with the same result to the bit as if nothing
 * had happened.
 */
public final class TrainingRun {
  static final String CHECKPOINTS = "checkpoints";

  private final Trainee trainee;
  private final Candidate candidate;
  private final Checkpoints checkpoints;

  /** Work of this run, which may not be the first. */
  private double seconds;

  private int visited;

  /** Steps that were done before. */
  private int begun;

  /**
   * @param trainee closed by whoever made it
   * @param work folder for {@code checkpoints/}, {@code result.json} and {@code candidate/}
   */
  public TrainingRun(Trainee trainee, Path work) {
    this.trainee = trainee;
    this.candidate = new Candidate(work);
    this.checkpoints = new Checkpoints(work.resolve(CHECKPOINTS));
  }

  /**
   * Trains to the end and writes the candidate, after which no checkpoint is left.
   *
   * @param every checkpoint; there is one where the watch ends it too
   * @throws CancelledException as the watch threw it; the last finished step can be resumed, or,
   *     where a step of several updates was cut between two of them, the last checkpoint
   * @throws TrainingException as the watch threw it; {@code diverged} when the loss or a gradient
   *     is no number any more, {@code alarm_nan} when a metric is none, of which the watch has
   *     heard then
   */
  public TrainingResult toTheEnd(TrainingWatch watch, CheckpointEvery every)
      throws CancelledException {
    var before = candidate.finished();
    if (before.isPresent()) {
      checkpoints.clear();
      return before.get();
    }
    var masters = trainee.masters();
    var progress = checkpoints.resume(trainee.job(), masters).orElse(Progress.start(trainee.job()));
    var saved = progress;
    begun = progress.step();
    while (progress.step() < trainee.steps()) {
      int updates = masters.updates();
      Stepped stepped;
      try {
        stepped = trainee.step(progress, watch);
      } catch (CancelledException e) {
        // A step of several updates that is cut between two of them is done anew as a whole.
        if (progress.step() > saved.step() && masters.updates() == updates) {
          checkpoints.save(progress, masters);
        }
        throw e;
      }
      var report = report(progress.step() + 1, stepped);
      watch.step(report);
      Alarms.checkNumbers(report);
      progress = progress.after(report, stepped.seconds(), stepped.state());
      if (every.due(saved, progress, trainee.steps())) {
        checkpoints.save(progress, masters);
        saved = progress;
      }
    }
    var result =
        new TrainingResult(
            progress.step(),
            trainee.visitedBefore(progress.step()),
            progress.seconds(),
            progress.loss(),
            progress.metrics());
    masters.settle();
    candidate.write(trainee::save, result);
    checkpoints.clear();
    return result;
  }

  private StepReport report(int step, Stepped stepped) {
    seconds += stepped.seconds();
    visited += stepped.examples();
    int done = trainee.visitedBefore(step);
    double secondsEach = seconds / (done - trainee.visitedBefore(begun));
    var figures = stepped.figures();
    return new StepReport(
        step,
        trainee.steps(),
        figures.loss(),
        stepped.learningRate(),
        stepped.gradientNorm(),
        visited / seconds,
        secondsEach * (trainee.visitedBefore(trainee.steps()) - done),
        figures.metrics());
  }
}
