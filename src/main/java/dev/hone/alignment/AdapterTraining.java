package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import dev.hone.model.Architecture;
import dev.hone.model.LoraAdapter;
import dev.hone.model.LoraLayout;
import dev.hone.model.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Trains an adapter from a parent's, by whatever objective its algorithm has. For one thread and
 * one run; whoever finds checkpoints of the same job in its folder goes on from the last, with the
 * same result to the bit as if nothing had happened.
 *
 * @param <E> what is learned from
 */
public final class AdapterTraining<E extends TokenExample> implements AutoCloseable {
  private final List<E> examples;
  private final AdapterSettings settings;
  private final TrainingPlace place;
  private final String job;
  private final BatchPlan plan;
  private final LearningRate rate;
  private final NDManager manager;
  private final Network base;
  private final Network parent;
  private final Objective<E> objective;
  private final TrainedAdapter trained;
  private final Checkpoints checkpoints;

  /** Work of this run, which may not be the first. */
  private double seconds;

  private int visited;

  /**
   * @throws TrainingException {@code no_examples}, {@code too_long}, {@code too_little_memory} or
   *     {@code too_little_disk}
   */
  public AdapterTraining(
      NDManager engine,
      TrainingPlace place,
      List<E> examples,
      Algorithm<E> algorithm,
      ComputeType compute) {
    if (examples.isEmpty()) {
      throw new TrainingException("no_examples", "there is nothing to learn from");
    }
    this.examples = List.copyOf(examples);
    this.settings = algorithm.options().training();
    this.place = place;
    this.job = job(algorithm, compute);
    this.plan =
        new BatchPlan(
            examples.size(),
            settings.batch(),
            settings.epochs(),
            settings.maxSteps(),
            settings.seed());
    this.rate =
        new LearningRate(
            settings.learningRate(), settings.warmup(), settings.schedule(), plan.steps());
    var net = Architecture.load(place.base());
    if (longest() > net.maxPositions()) {
      throw new TrainingException(
          "too_long",
          "a prompt and answer of %d tokens exceed the model's %d; set a smaller maxTokens"
              .formatted(longest(), net.maxPositions()));
    }
    resources(net, compute).check(place.work());

    this.manager = engine.newSubManager();
    this.base =
        Network.load(manager, place.base(), compute.precision(), longest(), Optional.empty());
    Optional<LoraAdapter> before =
        place.parentAdapter().map(folder -> LoraAdapter.load(manager, folder, net));
    this.parent = base.adapted(before);
    this.objective =
        algorithm.objective(
            new Algorithm.Frozen(manager, parent, subject -> cache(subject, compute)));
    var adapter = WarmStart.adapter(manager, net, settings.shape(), before, settings.seed());
    before.ifPresent(LoraAdapter::close);
    this.trained =
        new TrainedAdapter(
            manager, base, adapter, settings.weightDecay(), settings.maxGradientNorm());
    this.checkpoints =
        new Checkpoints(place.work().resolve("checkpoints"), LoraLayout.of(adapter.shape(), net));
  }

  private ReferenceLogProbs cache(String subject, ComputeType compute) {
    return new ReferenceLogProbs(
        place.logProbs(),
        List.of(
            place.parent(), place.baseHash(), compute.label(), "" + settings.maxTokens(), subject));
  }

  private String job(Algorithm<E> algorithm, ComputeType compute) {
    var parts =
        Stream.of(
            place.baseHash(),
            place.parent(),
            compute.label(),
            algorithm.getClass().getSimpleName(),
            algorithm.options().toMap().toString());
    return Digest.of(Stream.concat(parts, examples.stream().map(TokenExample::key)).toList());
  }

  /** As if the longest examples met in one micro-batch. */
  private Resources resources(Architecture net, ComputeType compute) {
    int rows = Math.min(largest(TokenExample::rows), mostRows());
    int targets = Math.min(largest(TokenExample::targets), rows);
    return Resources.of(net, compute, settings.shape(), rows, targets);
  }

  /** Of a micro-batch: an example alone never has more, since its prompt stands there once. */
  private int mostRows() {
    return 2 * settings.maxTokens();
  }

  private int largest(ToIntFunction<TokenExample> size) {
    int[] sizes = examples.stream().mapToInt(size).sorted().toArray();
    return IntStream.of(sizes).skip(Math.max(0, sizes.length - settings.microBatch())).sum();
  }

  private int longest() {
    return examples.stream().mapToInt(TokenExample::longest).max().orElseThrow();
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
    var candidate = new Candidate(place.work());
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
            progress.metrics());
    candidate.write(
        trained.adapter(), base.architecture(), place.base().getFileName().toString(), result);
    checkpoints.clear();
    return result;
  }

  private Progress step(Progress before, TrainingWatch watch) {
    var batch = Arrays.stream(plan.batch(before.step())).mapToObj(examples::get).toList();
    var figures = new Figures();
    var clock = new Stopwatch();
    var loss = objective.step(batch, trained::logProbs);
    for (List<E> microBatch : MicroBatches.of(batch, settings.microBatch(), mostRows())) {
      clock.pause(watch::betweenMicroBatches);
      trained.accumulate(
          TokenExample.batch(microBatch), logProbs -> loss.slopes(microBatch, logProbs, figures));
    }
    double now = rate.at(before.step());
    double norm = trained.step(now);
    double worked = clock.seconds();
    seconds += worked;
    visited += batch.size();
    var report = report(before.step() + 1, figures, now, norm);
    if (!Double.isFinite(report.loss()) || !Double.isFinite(norm)) {
      throw new TrainingException(
          "diverged",
          "step %d has loss %s and gradient %s; a smaller learningRate may help"
              .formatted(report.step(), report.loss(), norm));
    }
    watch.step(report);
    return new Progress(
        job, report.step(), before.seconds() + worked, report.loss(), report.metrics());
  }

  private StepReport report(int step, Figures figures, double rate, double norm) {
    double perSecond = visited / seconds;
    int left = plan.visitedBefore(plan.steps()) - plan.visitedBefore(step);
    return new StepReport(
        step,
        plan.steps(),
        figures.loss(),
        rate,
        norm,
        perSecond,
        left / perSecond,
        figures.metrics());
  }

  /** Native arrays held at the moment, for tests: between steps it stays the same. */
  public int openResources() {
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
