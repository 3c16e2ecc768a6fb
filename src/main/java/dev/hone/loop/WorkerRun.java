package dev.hone.loop;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hone.alignment.Algorithm;
import dev.hone.alignment.CancelledException;
import dev.hone.alignment.ComputeMeter;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.Learning;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingPlace;
import dev.hone.alignment.TrainingResult;
import dev.hone.alignment.TrainingWatch;
import dev.hone.evaluation.CandidateEvaluation;
import dev.hone.evaluation.EvaluationJob;
import dev.hone.evaluation.EvaluationWatch;
import dev.hone.evaluation.PreferenceJob;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
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
import java.util.Optional;

/**
 * The work of a round, in a process of its own: trains the candidate, then measures it. Whatever is
 * there already is not done again, so a worker goes on where a former one ended.
 */
public final class WorkerRun implements TrainingWatch, EvaluationWatch {
  /** Exit codes. */
  public static final int DONE = 0;

  public static final int FAILED = 1;

  /** The server went away, or wanted it. */
  public static final int STOPPED = 4;

  private final RoundFolder folder;
  private final Job job;
  private final Algorithm.Options options;
  private final WorkerCommands commands;
  private final PrintStream events;
  private final StepLog steps;

  private WorkerRun(RoundFolder folder, WorkerCommands commands, PrintStream events) {
    this.folder = folder;
    this.commands = commands;
    this.events = events;
    this.job =
        RoundFolder.read(folder.job(), Job.class)
            .orElseThrow(() -> new IllegalArgumentException("there is no " + folder.job()));
    this.options = Method.of(job.recipe()).options(job.settings());
    this.steps = new StepLog(folder.progress());
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
      var judging = RoundFolder.read(folder.judging(), PreferenceJob.class);
      return judging.isPresent()
          ? new JudgingRun(folder, commands, out).work(judging.get())
          : new WorkerRun(folder, commands, out).work();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int work() throws IOException {
    try {
      if (!Files.exists(folder.trained())) {
        RoundFolder.write(folder.trained(), train());
      }
      Usage.note(folder.usage());
      tell(new WorkerEvent.Trained());
      if (!Files.exists(folder.evaluation())) {
        CandidateEvaluation.run(evaluation(), this);
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

  private Training train() throws IOException {
    Architecture.load(job.base()).layout().requireAdaptable();
    TrainingData data = tokenise();
    Learning<?> learning = Method.of(job.recipe()).learning(job.settings(), data);
    int examples = learning.examples().size();
    if (examples == 0) {
      throw new TrainingException(
          "no_examples",
          "the snapshot has nothing that %s can learn from: %s"
              .formatted(job.recipe(), data.untrainable()));
    }
    tell(new WorkerEvent.Settled(learning.algorithm().options().toMap()));
    try (NDManager manager = Torch.manager()) {
      ComputeType compute = compute(manager);
      tell(new WorkerEvent.Computing(compute.label()));
      var place =
          new TrainingPlace(
              job.base(),
              job.baseSha256(),
              job.parent(),
              job.parentAdapter(),
              folder.path(),
              job.logProbs());
      try (var training = learning.on(manager, place, compute)) {
        TrainingResult result = training.run(this, job.secondsBetweenCheckpoints());
        return new Training(compute.label(), examples, data.untrainable(), data.cut(), result);
      }
    }
  }

  /** The same on every resume, however fast the machine is then. */
  private ComputeType compute(NDManager manager) {
    Optional<ComputeType> chosen =
        RoundFolder.read(folder.compute(), ComputeType.class).or(options.training()::compute);
    ComputeType compute = chosen.orElseGet(() -> ComputeMeter.fastest(manager, job.base()));
    RoundFolder.write(folder.compute(), compute);
    return compute;
  }

  private TrainingData tokenise() throws IOException {
    return TrainingData.read(
        job.snapshot(), ChatFormat.load(job.base()), options.training().maxTokens());
  }

  private EvaluationJob evaluation() {
    return new EvaluationJob(
        job.base(),
        job.parentAdapter(),
        folder.candidate(),
        job.snapshot().resolve(Snapshot.HELD_OUT),
        folder.path(),
        options.beta(),
        options.training().seed(),
        job.sizes());
  }

  @Override
  public void step(StepReport report) {
    steps.add(report);
    tell(new WorkerEvent.Stepped(report));
  }

  @Override
  public void betweenMicroBatches() {
    commands.await();
  }

  @Override
  public void progress(String phase, int step, int of, double perSecond, double secondsLeft) {
    tell(new WorkerEvent.Measured(phase, step, of, perSecond, secondsLeft));
  }

  @Override
  public void betweenParts() {
    commands.await();
  }

  private void tell(WorkerEvent event) {
    try {
      events.println(RoundFolder.JSON.writeValueAsString(event));
      events.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event cannot be written", e);
    }
  }
}
