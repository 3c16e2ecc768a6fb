package dev.hone.alignment.ppo;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.BatchPlan;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.Digest;
import dev.hone.alignment.Figures;
import dev.hone.alignment.LearningRate;
import dev.hone.alignment.Masters;
import dev.hone.alignment.Progress;
import dev.hone.alignment.Randomness;
import dev.hone.alignment.ReadingTimes;
import dev.hone.alignment.Stopwatch;
import dev.hone.alignment.Trainee;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingPlace;
import dev.hone.alignment.TrainingWatch;
import dev.hone.model.Architecture;
import dev.hone.model.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Trains an adapter by reward (PPO, GRPO, RLOO): a step lets the policy answer prompts, has the
 * answers graded, and makes some updates of what that teaches.
 */
public final class PolicyTraining implements Trainee {
  private static final JsonMapper JSON = new JsonMapper();

  private final Assignment assignment;
  private final PpoSettings settings;
  private final String job;
  private final BatchPlan plan;
  private final LearningRate rate;
  private final Minibatches minibatches;
  private final NDManager manager;
  private final Network base;
  private final Roles roles;
  private final Grader grader;
  private final ReadingTimes readings;
  private final HeldOutReading heldOut;
  private final Optional<Pretraining> pretraining;

  /**
   * @throws TrainingException {@code no_examples}, {@code too_long} or {@code no_demonstrations}
   */
  public PolicyTraining(
      NDManager engine,
      TrainingPlace place,
      Assignment assignment,
      PpoSettings settings,
      ComputeType compute) {
    this.assignment = assignment;
    this.settings = settings;
    var training = settings.training();
    var net = Architecture.load(place.base());
    assignment.check(settings, net.maxPositions());
    this.job = job(place, compute);
    int perStep = settings.rollouts().prompts();
    int once = Math.max(1, assignment.learnt() / perStep);
    this.plan =
        new BatchPlan(
            assignment.learnt(),
            perStep,
            Math.ceilDiv(Math.max(1, training.maxSteps()), once),
            training.maxSteps(),
            training.seed(),
            List.of(),
            // A few answers would move the policy as far as all of a step's.
            true);
    this.rate =
        new LearningRate(
            training.learningRate(), training.warmup(), training.schedule(), plan.steps());
    this.minibatches =
        new Minibatches(
            assignment.prompts(),
            settings.rollouts().groupSize(),
            training.batch(),
            training.microBatch(),
            settings.mostRows(),
            settings.rollouts().temperature());
    this.pretraining = pretraining();
    this.manager = engine.newSubManager();
    this.base =
        Network.load(
            manager, place.base(), compute.precision(), training.maxTokens(), Optional.empty());
    var values =
        settings.algorithm().hasValues()
            // What is normalised has a mean of 0, which a reward model's own scale says nothing of.
            ? Optional.of(
                new Roles.ValueStart(
                    assignment.rewardModel(), !settings.rewards().scores().normalise()))
            : Optional.<Roles.ValueStart>empty();
    this.roles = new Roles(manager, base, place, training, values);
    this.grader = assignment.graders().open(manager, base);
    this.readings = ReadingTimes.of(training.heldOutEvery(), plan.steps());
    this.heldOut = new HeldOutReading(assignment, grader, roles, settings);
  }

  private Optional<Pretraining> pretraining() {
    var training = settings.training();
    double coefficient = settings.losses().ptxCoefficient();
    return coefficient == 0
        ? Optional.empty()
        : Optional.of(
            new Pretraining(
                assignment.demonstrations(),
                coefficient,
                training.batch(),
                training.microBatch(),
                settings.mostRows(),
                training.seed()));
  }

  private String job(TrainingPlace place, ComputeType compute) {
    var parts = new ArrayList<>(place.numbers(compute));
    parts.add(settings.toMap().toString());
    parts.add(assignment.digest());
    return Digest.of(parts);
  }

  @Override
  public String job() {
    return job;
  }

  @Override
  public int steps() {
    return plan.steps();
  }

  /** Prompts. */
  @Override
  public int visitedBefore(int step) {
    return plan.visitedBefore(step);
  }

  @Override
  public Masters masters() {
    return roles.masters();
  }

  @Override
  public Stepped step(Progress before, TrainingWatch watch) {
    int step = before.step();
    var clock = new Stopwatch();
    Runnable between = () -> clock.pause(watch::betweenMicroBatches);
    var figures = new Figures();
    if (readings.before(step)) {
      read(figures, clock, watch);
    }
    var responses = responses(step, between);
    var passes = passes(step, responses);
    // In the parts of the first pass, so that its first ratio is 1 but for nothing at all.
    var parts = passes.getFirst().stream().flatMap(List::stream).toList();
    boolean withEntropies = settings.losses().learnsEntropies();
    Experience experience;
    double now = rate.at(step);
    double norm;
    double[] scores = grader.grade(responses, figures);
    try (var look = roles.look(responses, scores, parts, withEntropies, between)) {
      experience = Experience.of(look.rollout(), settings, adaptation(before), figures);
      var updates = new Updates(roles, settings, pretraining, between);
      norm = updates.make(experience, look, passes, now, figures);
    }
    if (readings.after(step)) {
      // Of the candidate, which has the averages where there are any.
      masters().settle();
      read(figures, clock, watch);
    }
    return new Stepped(
        figures, now, norm, responses.size(), clock.seconds(), JSON.valueToTree(experience.next()));
  }

  /** Which is no work of the step's. */
  private void read(Figures figures, Stopwatch clock, TrainingWatch watch) {
    clock.pause(() -> heldOut.take(figures, watch::betweenMicroBatches));
  }

  private List<Response> responses(int step, Runnable between) {
    int group = settings.rollouts().groupSize();
    var random = Randomness.of(settings.training().seed(), "rollouts", step);
    var requests = new ArrayList<Rollouts.Request>();
    for (int prompt : plan.batch(step)) {
      for (int i = 0; i < group; i++) {
        requests.add(
            new Rollouts.Request(prompt, assignment.prompts().get(prompt), random.nextLong()));
      }
    }
    return assignment.rollouts().draw(roles.policy().adapter(), requests, between);
  }

  private List<List<List<MicroBatch>>> passes(int step, List<Response> responses) {
    var random = Randomness.of(settings.training().seed(), "minibatches", step);
    var passes = new ArrayList<List<List<MicroBatch>>>();
    for (int epoch = 0; epoch < settings.training().epochs(); epoch++) {
      passes.add(minibatches.of(responses, random));
    }
    return passes;
  }

  private Adaptation adaptation(Progress before) {
    JsonNode state = before.state();
    if (state == null || state.isNull()) {
      return Adaptation.start(settings.rewards());
    }
    try {
      return JSON.treeToValue(state, Adaptation.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a checkpoint has another state than this training's", e);
    }
  }

  @Override
  public void save(Path folder) {
    roles.policy().save(folder);
  }

  /** Native arrays held at the moment, for tests: between steps it stays the same. */
  public int openResources() {
    return manager.getManagedArrays().size() + roles.openResources();
  }

  @Override
  public void close() {
    grader.close();
    roles.close();
    base.close();
    manager.close();
  }
}
