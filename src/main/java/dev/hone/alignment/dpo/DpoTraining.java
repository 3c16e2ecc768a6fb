package dev.hone.alignment.dpo;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.BatchPlan;
import dev.hone.alignment.CancelledException;
import dev.hone.alignment.Candidate;
import dev.hone.alignment.Checkpoints;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.Digest;
import dev.hone.alignment.LearningRate;
import dev.hone.alignment.PairLogProbs;
import dev.hone.alignment.Progress;
import dev.hone.alignment.Reference;
import dev.hone.alignment.ReferenceLogProbs;
import dev.hone.alignment.Resources;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainedAdapter;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingResult;
import dev.hone.alignment.TrainingWatch;
import dev.hone.alignment.WarmStart;
import dev.hone.model.Architecture;
import dev.hone.model.LoraAdapter;
import dev.hone.model.LoraLayout;
import dev.hone.model.LoraShape;
import dev.hone.model.Network;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Trains an adapter by direct preference optimisation, from a parent's adapter and held to it. For
 * one thread and one run; whoever finds checkpoints of the same job in its folder goes on from the
 * last, with the same result to the bit as if nothing had happened.
 */
public final class DpoTraining implements AutoCloseable {
  private final List<TokenPair> pairs;
  private final DpoSettings settings;
  private final String baseName;
  private final String job;
  private final BatchPlan plan;
  private final LearningRate schedule;
  private final Candidate candidate;
  private final NDManager manager;
  private final Network base;
  private final Network parent;
  private final Reference reference;
  private final TrainedAdapter trained;
  private final Checkpoints checkpoints;

  /** Work of this run, which may not be the first. */
  private double seconds;

  private int visited;

  /**
   * @param base folder of the base
   * @param baseHash of its weights
   * @param parentAdapter folder of the version to start from and to take as reference; none for the
   *     base itself
   * @param parentVersion its id
   * @param work folder for {@code checkpoints/} and {@code candidate/}
   * @param logProbCache folder of the reference's log-probabilities
   * @throws TrainingException {@code no_pairs}, {@code too_long}, {@code too_little_memory} or
   *     {@code too_little_disk}
   */
  public DpoTraining(
      NDManager engine,
      Path base,
      String baseHash,
      Optional<Path> parentAdapter,
      String parentVersion,
      List<TokenPair> pairs,
      DpoSettings settings,
      ComputeType compute,
      Path work,
      Path logProbCache) {
    if (pairs.isEmpty()) {
      throw new TrainingException("no_pairs", "there is no pair to learn from");
    }
    this.pairs = List.copyOf(pairs);
    this.settings = settings;
    this.baseName = base.getFileName().toString();
    this.job = job(baseHash, parentVersion, compute);
    this.plan =
        new BatchPlan(
            pairs.size(),
            settings.batchPairs(),
            settings.epochs(),
            settings.maxSteps(),
            settings.seed());
    this.schedule = new LearningRate(settings.learningRate(), settings.warmup(), plan.steps());
    this.candidate = new Candidate(work);
    var wanted = new LoraShape(settings.rank(), settings.alpha(), settings.targets());
    var net = Architecture.load(base);
    if (longest() > net.maxPositions()) {
      throw new TrainingException(
          "too_long",
          "a prompt and answer of %d tokens exceed the model's %d; set a smaller maxTokens"
              .formatted(longest(), net.maxPositions()));
    }
    resources(net, compute, wanted).check(work);

    this.manager = engine.newSubManager();
    this.base = Network.load(manager, base, compute.precision(), longest(), Optional.empty());
    Optional<LoraAdapter> before =
        parentAdapter.map(folder -> LoraAdapter.load(manager, folder, net));
    this.parent = this.base.adapted(before);
    this.reference =
        new Reference(
            manager,
            parent,
            new ReferenceLogProbs(
                logProbCache,
                List.of(parentVersion, baseHash, compute.label(), "" + settings.maxTokens())));
    var adapter = WarmStart.adapter(manager, net, wanted, before, settings.seed());
    before.ifPresent(LoraAdapter::close);
    this.trained =
        new TrainedAdapter(
            manager, this.base, adapter, settings.weightDecay(), settings.maxGradientNorm());
    this.checkpoints =
        new Checkpoints(work.resolve("checkpoints"), LoraLayout.of(adapter.shape(), net));
  }

  private String job(String baseHash, String parentVersion, ComputeType compute) {
    var parts = Stream.of(baseHash, parentVersion, compute.label(), settings.toMap().toString());
    return Digest.of(Stream.concat(parts, pairs.stream().map(TokenPair::key)).toList());
  }

  /** As if the longest pairs met in one micro-batch. */
  private Resources resources(Architecture net, ComputeType compute, LoraShape shape) {
    int rows = Math.min(largest(DpoTraining::rows), mostRows());
    return Resources.of(net, compute, shape, rows, Math.min(largest(DpoTraining::answers), rows));
  }

  /** Of a micro-batch: a pair alone never has more, since its prompt stands there once. */
  private int mostRows() {
    return 2 * settings.maxTokens();
  }

  private static int rows(TokenPair pair) {
    return pair.prompt().length + answers(pair);
  }

  private int largest(ToIntFunction<TokenPair> size) {
    int[] sizes = pairs.stream().mapToInt(size).sorted().toArray();
    return IntStream.of(sizes).skip(Math.max(0, sizes.length - settings.microBatchPairs())).sum();
  }

  private static int answers(TokenPair pair) {
    return pair.chosen().length + pair.rejected().length;
  }

  /** Positions that the longest prompt and answer take. */
  private int longest() {
    return pairs.stream()
        .mapToInt(p -> p.prompt().length + Math.max(p.chosen().length, p.rejected().length))
        .max()
        .orElseThrow();
  }

  /**
   * Trains to the end and writes the candidate, after which no checkpoint is left.
   *
   * @param secondsBetweenCheckpoints of work; there is one where the watch ends it too
   * @throws CancelledException as the watch threw it; the last finished step can be resumed
   * @throws TrainingException {@code diverged} when the loss or a gradient is no number any more
   */
  public TrainingResult run(TrainingWatch watch, double secondsBetweenCheckpoints)
      throws CancelledException {
    var before = candidate.finished();
    if (before.isPresent()) {
      checkpoints.clear();
      return before.get();
    }
    var progress = checkpoints.resume(job, trained.masters()).orElse(Progress.start(job));
    var saved = progress;
    while (progress.step() < plan.steps()) {
      try {
        progress = step(progress, watch);
      } catch (CancelledException e) {
        if (progress.step() > saved.step()) {
          checkpoints.save(progress, trained.masters());
        }
        throw e;
      }
      if (progress.seconds() - saved.seconds() >= secondsBetweenCheckpoints) {
        checkpoints.save(progress, trained.masters());
        saved = progress;
      }
    }
    var result =
        new TrainingResult(
            progress.step(),
            plan.visitedBefore(progress.step()),
            progress.seconds(),
            progress.loss(),
            progress.margin(),
            progress.accuracy());
    candidate.write(trained.adapter(), base.architecture(), baseName, result);
    checkpoints.clear();
    return result;
  }

  private Progress step(Progress before, TrainingWatch watch) {
    int[] batch = plan.batch(before.step());
    var losses = new ArrayList<DpoLoss>();
    double worked = 0;
    var waiting = new ArrayDeque<>(Arrays.stream(batch).mapToObj(pairs::get).toList());
    while (!waiting.isEmpty()) {
      watch.betweenMicroBatches();
      long start = System.nanoTime();
      losses.addAll(accumulate(microBatch(waiting), batch.length));
      worked += (System.nanoTime() - start) / 1e9;
    }
    long start = System.nanoTime();
    double rate = schedule.at(before.step());
    double norm = trained.step(rate);
    worked += (System.nanoTime() - start) / 1e9;
    seconds += worked;
    visited += batch.length;
    var report = report(before.step() + 1, losses, rate, norm);
    if (!Double.isFinite(report.loss()) || !Double.isFinite(norm)) {
      throw new TrainingException(
          "diverged",
          "step %d has loss %s and gradient %s; a smaller learningRate may help"
              .formatted(report.step(), report.loss(), norm));
    }
    watch.step(report);
    return new Progress(
        job,
        report.step(),
        before.seconds() + worked,
        report.loss(),
        report.margin(),
        report.accuracy());
  }

  /** Takes the next pairs away, as many as may go together: memory grows with their rows. */
  private List<TokenPair> microBatch(Deque<TokenPair> waiting) {
    var together = new ArrayList<>(List.of(waiting.remove()));
    int rows = rows(together.getFirst());
    while (together.size() < settings.microBatchPairs()
        && !waiting.isEmpty()
        && rows + rows(waiting.peek()) <= mostRows()) {
      rows += rows(waiting.peek());
      together.add(waiting.remove());
    }
    return together;
  }

  /**
   * @param all pairs of the step: its loss is their mean
   */
  private List<DpoLoss> accumulate(List<TokenPair> microBatch, int all) {
    List<PairLogProbs> expected = reference.of(microBatch);
    var losses = new ArrayList<DpoLoss>();
    trained.accumulate(
        TokenPair.batch(microBatch),
        sums -> {
          losses.addAll(DpoLoss.ofAll(sums, expected, settings.beta(), settings.labelSmoothing()));
          return DpoLoss.slopes(losses, all);
        });
    return losses;
  }

  private StepReport report(int step, List<DpoLoss> losses, double rate, double norm) {
    double pairsPerSecond = visited / seconds;
    int left = plan.visitedBefore(plan.steps()) - plan.visitedBefore(step);
    return new StepReport(
        step,
        plan.steps(),
        mean(losses, DpoLoss::loss),
        mean(losses, DpoLoss::margin),
        mean(losses, DpoLoss::accuracy),
        mean(losses, DpoLoss::chosenReward),
        mean(losses, DpoLoss::rejectedReward),
        rate,
        norm,
        pairsPerSecond,
        left / pairsPerSecond);
  }

  private static double mean(List<DpoLoss> losses, ToDoubleFunction<DpoLoss> figure) {
    return losses.stream().mapToDouble(figure).average().orElseThrow();
  }

  /** Native arrays held at the moment, for tests: between steps it stays the same. */
  int openResources() {
    return manager.getManagedArrays().size() + trained.openResources();
  }

  @Override
  public void close() {
    trained.close();
    parent.close();
    base.close();
    manager.close();
  }
}
