package dev.hone.loop;

import dev.hone.alignment.CancelledException;
import dev.hone.alignment.TrainingException;
import dev.hone.evaluation.EvaluationWatch;
import dev.hone.evaluation.FileJob;
import dev.hone.evaluation.FileResult;
import dev.hone.evaluation.PreferenceEvaluation;
import dev.hone.evaluation.PreferenceJob;
import dev.hone.evaluation.RewardEvaluation;
import dev.hone.evaluation.RewardJob;
import dev.hone.evaluation.TaskEvaluation;
import dev.hone.evaluation.TaskJob;
import dev.hone.model.UnsupportedModelException;
import java.io.PrintStream;

/** Judges a version or a reward model on a file, in a process of its own. */
final class JudgingRun implements EvaluationWatch {
  private final RoundFolder folder;
  private final WorkerCommands commands;
  private final PrintStream events;

  JudgingRun(RoundFolder folder, WorkerCommands commands, PrintStream events) {
    this.folder = folder;
    this.commands = commands;
    this.events = events;
  }

  /** The exit code of the process. */
  int work(FileJob job) {
    try {
      RoundFolder.write(folder.judgement(), judged(job));
      return WorkerRun.DONE;
    } catch (CancelledException e) {
      System.err.println("ended: " + e.getMessage());
      return WorkerRun.STOPPED;
    } catch (TrainingException | UnsupportedModelException e) {
      new WorkerEvent.Failed(e.getMessage()).tell(events);
      return WorkerRun.FAILED;
    }
  }

  private FileResult<?> judged(FileJob job) {
    return switch (job) {
      case PreferenceJob preference -> PreferenceEvaluation.run(preference, this);
      case RewardJob reward -> RewardEvaluation.run(reward, this);
      case TaskJob tasks -> TaskEvaluation.run(tasks, this);
    };
  }

  @Override
  public void progress(String phase, int step, int steps, double perSecond, double secondsLeft) {
    new WorkerEvent.Measured(null, phase, step, steps, perSecond, secondsLeft).tell(events);
  }

  @Override
  public void betweenParts() {
    commands.await();
  }
}
