package dev.hone.loop;

import dev.hone.alignment.AlarmLimits;
import dev.hone.alignment.Alarms;
import dev.hone.alignment.CancelledException;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingWatch;
import dev.hone.evaluation.CandidateEvaluation;
import dev.hone.evaluation.EvaluationJob;
import dev.hone.evaluation.EvaluationWatch;
import dev.hone.evaluation.FileJob;
import dev.hone.model.UnsupportedModelException;
import dev.hone.preference.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The work of a round, in a process of its own: does the stages of its plan, then measures the
 * candidate that the last one left. Whatever is there already is not done again, so a worker goes
 * on where a former one ended.
 */
public final class WorkerRun {
  /** Exit codes. */
  public static final int DONE = 0;

  public static final int FAILED = 1;

  /** The server went away, or wanted it. */
  public static final int STOPPED = 4;

  private final RoundFolder folder;
  private final Job job;
  private final WorkerCommands commands;
  private final PrintStream events;
  private final StepLog steps;
  private final AlarmLimits alarms;

  /** Follows a stage, or the evaluation of the candidate. */
  private final class Watch implements TrainingWatch, EvaluationWatch {
    /** Of several stages, from 1; null where there is one, and of the evaluation. */
    private final Integer number;

    private Watch(Integer number) {
      this.number = number;
    }

    @Override
    public void step(StepReport report) {
      List<StepReport> soFar = steps.add(number, report);
      tell(new WorkerEvent.Stepped(number, report));
      Alarms.check(soFar, alarms);
    }

    @Override
    public void betweenMicroBatches() {
      commands.await();
    }

    @Override
    public void progress(String phase, int step, int of, double perSecond, double secondsLeft) {
      tell(new WorkerEvent.Measured(number, phase, step, of, perSecond, secondsLeft));
    }

    @Override
    public void betweenParts() {
      commands.await();
    }
  }

  private WorkerRun(RoundFolder folder, WorkerCommands commands, PrintStream events) {
    this.folder = folder;
    this.commands = commands;
    this.events = events;
    this.job =
        Job.read(folder.job())
            .orElseThrow(() -> new IllegalArgumentException("there is no " + folder.job()));
    this.steps = new StepLog(folder.progress());
    this.alarms = RoundFolder.read(folder.alarms(), AlarmLimits.class).orElse(AlarmLimits.NONE);
  }

  /**
   * @param path folder of a round, or of a version's judgement
   * @param in commands of the server
   * @param out events for the server
   * @return the exit code of the process
   */
  public static int run(Path path, InputStream in, PrintStream out) {
    var folder = new RoundFolder(path);
    var commands = WorkerCommands.from(in);
    // Waits for a worker that a killed server left behind: two must not write to one folder.
    try (var lockFile =
            FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = lockFile.lock()) {
      var judging = RoundFolder.read(folder.judging(), FileJob.class);
      return judging.isPresent()
          ? new JudgingRun(folder, commands, out).work(judging.get())
          : new WorkerRun(folder, commands, out).work();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int work() throws IOException {
    try {
      RoundThreads.use(folder.threads());
      if (!madeAlready()) {
        train();
      }
      Usage.note(folder.usage());
      if (!job.makesPolicy()) {
        return DONE;
      }
      tell(new WorkerEvent.Trained());
      if (!Files.exists(folder.evaluation())) {
        CandidateEvaluation.run(evaluation(), new Watch(null));
      }
      Usage.note(folder.usage());
      return DONE;
    } catch (CancelledException e) {
      System.err.println("ended: " + e.getMessage());
      return STOPPED;
    } catch (TrainingException | UnsupportedModelException e) {
      tell(new WorkerEvent.Failed(e.getMessage()));
      return FAILED;
    } catch (RuntimeException | Error e) {
      tell(new WorkerEvent.Failed(e + "; see " + folder.log()));
      throw e;
    }
  }

  /** A round of an earlier release left no word of what it made, but its training. */
  private boolean madeAlready() {
    return Files.exists(folder.made()) || (Files.exists(folder.trained()) && job.makesPolicy());
  }

  /** Each stage in a folder of its own; what is written down as made there is not made again. */
  private void train() throws IOException {
    var compute =
        new ComputeChoice(
            folder.compute(), job.base(), type -> tell(new WorkerEvent.Computing(type.label())));
    Made made = Made.before(job);
    for (int i = 0; i < job.stages().size(); i++) {
      Stage stage = job.stages().get(i);
      RoundFolder own = folder.stage(i, job.stages());
      if (!Files.exists(own.made())) {
        Integer number = job.stages().size() == 1 ? null : i + 1;
        var watch = new Watch(number);
        var context =
            new StageContext(
                job,
                stage,
                own,
                made,
                compute,
                settings -> tell(new WorkerEvent.Settled(number, settings)),
                watch,
                watch);
        RoundFolder.write(own.made(), Methods.of(stage.method()).run(context));
        Usage.note(folder.usage());
      }
      made = RoundFolder.read(own.made(), Made.class).orElseThrow();
    }
  }

  private EvaluationJob evaluation() {
    return new EvaluationJob(
        job.base(),
        job.parentAdapter(),
        folder.candidate(),
        job.snapshot().resolve(Snapshot.HELD_OUT),
        folder.path(),
        job.last().beta(),
        job.last().seed(),
        job.sizes());
  }

  private void tell(WorkerEvent event) {
    event.tell(events);
  }
}
