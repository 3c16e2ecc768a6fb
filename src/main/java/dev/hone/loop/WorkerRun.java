package dev.hone.loop;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hone.alignment.AdapterSettings;
import dev.hone.alignment.AlarmLimits;
import dev.hone.alignment.Alarms;
import dev.hone.alignment.CancelledException;
import dev.hone.alignment.ComputeMeter;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.Learning;
import dev.hone.alignment.PairTokens;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingPlace;
import dev.hone.alignment.TrainingResult;
import dev.hone.alignment.TrainingWatch;
import dev.hone.alignment.UntrainableException;
import dev.hone.evaluation.CandidateEvaluation;
import dev.hone.evaluation.EvaluationJob;
import dev.hone.evaluation.EvaluationWatch;
import dev.hone.evaluation.PreferenceJob;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
import dev.hone.model.UnsupportedModelException;
import dev.hone.preference.Snapshot;
import dev.hone.preference.Snapshots;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
  private final Learning<?> learning;
  private final AdapterSettings settings;
  private final WorkerCommands commands;
  private final PrintStream events;
  private final StepLog steps;
  private final AlarmLimits alarms;

  private WorkerRun(RoundFolder folder, WorkerCommands commands, PrintStream events) {
    this.folder = folder;
    this.commands = commands;
    this.events = events;
    this.job =
        RoundFolder.read(folder.job(), Job.class)
            .orElseThrow(() -> new IllegalArgumentException("there is no " + folder.job()));
    this.learning = Method.of(job.recipe()).learning(job.settings());
    this.settings = learning.algorithm().options().training();
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
    var pairs = new ArrayList<TokenPair>();
    Map<String, Integer> untrainable = tokenise(pairs);
    if (pairs.isEmpty()) {
      throw new TrainingException("too_few_pairs", "no pair can be trained on: " + untrainable);
    }
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
      try (var training = learning.on(pairs, manager, place, compute)) {
        TrainingResult result = training.run(this, job.secondsBetweenCheckpoints());
        return new Training(compute.label(), pairs.size(), untrainable, result);
      }
    }
  }

  /** The same on every resume, however fast the machine is then. */
  private ComputeType compute(NDManager manager) {
    Optional<ComputeType> chosen =
        RoundFolder.read(folder.compute(), ComputeType.class).or(settings::compute);
    ComputeType compute = chosen.orElseGet(() -> ComputeMeter.fastest(manager, job.base()));
    RoundFolder.write(folder.compute(), compute);
    return compute;
  }

  private Map<String, Integer> tokenise(List<TokenPair> pairs) throws IOException {
    Map<String, Integer> untrainable = new TreeMap<>();
    var tokens = new PairTokens(ChatFormat.load(job.base()), settings.maxTokens());
    Snapshots.forEach(
        job.snapshot().resolve(Snapshot.TRAIN),
        pair -> {
          try {
            pairs.add(tokens.of(pair));
          } catch (UntrainableException e) {
            untrainable.merge(e.reason(), 1, Integer::sum);
          }
        });
    return untrainable;
  }

  private EvaluationJob evaluation() {
    return new EvaluationJob(
        job.base(),
        job.parentAdapter(),
        folder.candidate(),
        job.snapshot().resolve(Snapshot.HELD_OUT),
        folder.path(),
        learning.algorithm().options().beta(),
        settings.seed(),
        job.sizes());
  }

  @Override
  public void step(StepReport report) {
    List<StepReport> sofar = steps.add(report);
    tell(new WorkerEvent.Stepped(report));
    Alarms.check(sofar, alarms);
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
