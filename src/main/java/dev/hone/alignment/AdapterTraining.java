package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch;
import dev.hone.model.Architecture;
import dev.hone.model.FullWeights;
import dev.hone.model.LoraAdapter;
import dev.hone.model.VersionWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Trains an adapter from a parent's on examples, by whatever objective its algorithm has. A step is
 * one batch and one update. Over a parent that holds full weights it begins anew, and what comes of
 * it are full weights again: it is added to the parent's.
 *
 * @param <E> what is learned from
 */
public final class AdapterTraining<E extends TokenExample> implements Trainee {
  private final List<E> examples;
  private final AdapterSettings settings;
  private final TrainingPlace place;
  private final String job;

  /** Of a micro-batch. A pair never has more, since its prompt stands there once. */
  private final int mostRows;

  private final BatchPlan plan;
  private final LearningRate rate;
  private final NDManager manager;
  private final StartingPoint start;
  private final VersionWeights weights;
  private final Objective<E> objective;
  private final Trained trained;
  private final Masters masters;
  private final ReadingTimes readings;
  private final HeldOutReadings<E> heldOut;

  /** Measured on nothing but what it learns from. */
  public AdapterTraining(
      NDManager engine,
      TrainingPlace place,
      List<E> examples,
      Algorithm<E> algorithm,
      ComputeType compute) {
    this(engine, place, examples, HeldOutExamples.none(), algorithm, compute);
  }

  /**
   * @param heldOut what it is measured on in between
   * @throws TrainingException {@code no_examples}, {@code too_long}, {@code too_little_memory} or
   *     {@code too_little_disk}; {@code full_parent} where an algorithm moves more than an adapter
   *     over full weights
   */
  public AdapterTraining(
      NDManager engine,
      TrainingPlace place,
      List<E> examples,
      HeldOutExamples<E> heldOut,
      Algorithm<E> algorithm,
      ComputeType compute) {
    if (examples.isEmpty()) {
      throw new TrainingException("no_examples", "there is nothing to learn from");
    }
    this.examples = List.copyOf(examples);
    this.settings = algorithm.options().training();
    this.place = place;
    this.weights = place.weights();
    this.job = job(algorithm, compute);
    int largest = examples.stream().mapToInt(TokenExample::rows).max().orElseThrow();
    this.mostRows = Math.max(settings.mostRows(), largest);
    this.plan =
        new BatchPlan(
            examples.size(),
            settings.batch(),
            settings.epochs(),
            settings.maxSteps(),
            settings.seed(),
            settings.lengthBuckets() ? sizes() : List.of());
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
    resources(net, compute)
        .check(
            place.work(), "a smaller %s or maxTokens takes less".formatted(microBatch(algorithm)));
    var fitting = heldOut.within(net.maxPositions());
    // An algorithm may put a prompt before another's answer, up to maxTokens.
    int together = Math.min(settings.maxTokens(), net.maxPositions());
    int window = Math.max(together, Math.max(longest(), fitting.longest()));

    this.manager = engine.newSubManager();
    this.start = StartingPoint.of(manager, weights, settings, compute.precision(), window);
    this.objective =
        algorithm.objective(
            new Algorithm.Frozen(manager, start.parent(), subject -> cache(subject, compute)));
    String baseName = place.base().getFileName().toString();
    this.trained = algorithm.trained(manager, start.base(), baseName, start.trainable());
    if (weights.full() && !(trained instanceof TrainedAdapter)) {
      closeNetworks();
      throw new TrainingException(
          "full_parent",
          "%s holds full weights, and what is trained over them would be lost without them"
              .formatted(place.parent()));
    }
    this.masters = Masters.of(manager, trained, settings);
    this.readings = ReadingTimes.of(settings.heldOutEvery(), plan.steps());
    this.heldOut =
        new HeldOutReadings<>(
            fitting, objective, trained, start.parent(), masters, settings.microBatch(), mostRows);
  }

  /** The setting's name, which says what is counted. */
  private static String microBatch(Algorithm<?> algorithm) {
    return algorithm.options().toMap().keySet().stream()
        .filter(setting -> setting.startsWith("microBatch"))
        .findFirst()
        .orElseThrow();
  }

  private ReferenceLogProbs cache(String subject, ComputeType compute) {
    var parts = new ArrayList<>(place.numbers(compute));
    parts.add("" + settings.maxTokens());
    parts.add(subject);
    // An adapter that is multiplied into weights rounds otherwise than one beside them.
    if (weights.adapter().isPresent() && start.model().isPresent()) {
      parts.add("merged");
    }
    if (start.trainable() instanceof LoraAdapter adapter
        && WarmStart.roundsOtherwise(weights.adapter().map(LoraAdapter::shape), adapter.shape())) {
      parts.add("rounded within the MLP");
    }
    return new ReferenceLogProbs(place.logProbs(), parts);
  }

  private String job(Algorithm<E> algorithm, ComputeType compute) {
    var parts = new ArrayList<>(place.numbers(compute));
    parts.add(algorithm.getClass().getSimpleName());
    parts.add(algorithm.options().toMap().toString());
    examples.forEach(example -> parts.add(example.key()));
    return Digest.of(parts);
  }

  private List<Integer> sizes() {
    return examples.stream().map(TokenExample::rows).toList();
  }

  /** As if the longest examples met in one micro-batch. */
  private Resources resources(Architecture net, ComputeType compute) {
    int rows = Math.min(largest(TokenExample::rows), mostRows);
    int targets = Math.min(largest(TokenExample::targets), rows);
    // Only an adapter goes on with its parent's.
    var parent =
        settings.adapter() == AdapterKind.LORA ? weights.adapter() : Optional.<Path>empty();
    var shape = WarmStart.shapeOver(settings.shape(), parent);
    var resources = Resources.of(net, compute, settings, shape, rows, targets);
    return weights.full() ? resources.andDisk(weights.file().orElseThrow()) : resources;
  }

  private int largest(ToIntFunction<TokenExample> size) {
    int[] sizes = examples.stream().mapToInt(size).sorted().toArray();
    return IntStream.of(sizes).skip(Math.max(0, sizes.length - settings.microBatch())).sum();
  }

  private int longest() {
    return examples.stream().mapToInt(TokenExample::longest).max().orElseThrow();
  }

  @Override
  public String job() {
    return job;
  }

  @Override
  public int steps() {
    return plan.steps();
  }

  @Override
  public int visitedBefore(int step) {
    return plan.visitedBefore(step);
  }

  @Override
  public Masters masters() {
    return masters;
  }

  /** See {@link TrainingRun#toTheEnd}. */
  public TrainingResult run(TrainingWatch watch, CheckpointEvery every) throws CancelledException {
    return new TrainingRun(this, place.work()).toTheEnd(watch, every);
  }

  @Override
  public Stepped step(Progress before, TrainingWatch watch) {
    var batch = Arrays.stream(plan.batch(before.step())).mapToObj(examples::get).toList();
    var figures = new Figures();
    var clock = new Stopwatch();
    if (readings.before(before.step())) {
      read(figures, clock, watch);
    }
    var loss =
        objective.step(
            batch,
            answers -> {
              clock.pause(watch::betweenMicroBatches);
              return frozen(answers);
            });
    int microBatchCount = 0;
    for (List<E> microBatch : MicroBatches.of(batch, settings.microBatch(), mostRows)) {
      clock.pause(watch::betweenMicroBatches);
      var answers = TokenExample.batch(microBatch);
      long draw = settings.draw(before.step(), microBatchCount++);
      masters.accumulate(
          step -> trained.forward(step, answers, draw),
          outputs -> loss.slopes(microBatch, outputs, figures));
    }
    double now = rate.at(before.step());
    double norm = masters.step(now);
    if (readings.after(before.step())) {
      // Of the candidate, which has the averages where there are any.
      masters.settle();
      read(figures, clock, watch);
    }
    return new Stepped(figures, now, norm, batch.size(), clock.seconds(), null);
  }

  /** Which is no work of the step's. */
  private void read(Figures figures, Stopwatch clock, TrainingWatch watch) {
    clock.pause(() -> heldOut.take(figures, watch::betweenMicroBatches));
  }

  private float[] frozen(AnswerBatch batch) {
    return masters.frozen(step -> trained.outputs(step, batch));
  }

  @Override
  public void save(Path folder) {
    if (weights.full() && start.trainable() instanceof LoraAdapter adapter) {
      FullWeights.merge(weights.whole(), adapter, start.base().architecture(), folder);
    } else {
      trained.save(folder);
    }
  }

  /** Native arrays held at the moment, for tests: between steps it stays the same. */
  public int openResources() {
    return manager.getManagedArrays().size() + masters.openResources();
  }

  @Override
  public void close() {
    masters.close();
    closeNetworks();
  }

  private void closeNetworks() {
    trained.close();
    start.close();
    manager.close();
  }
}
