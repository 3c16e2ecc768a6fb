package dev.hone.loop;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.FromPairs;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingResult;
import dev.hone.alignment.TrainingRun;
import dev.hone.alignment.WarmStart;
import dev.hone.alignment.ppo.Assignment;
import dev.hone.alignment.ppo.EngineRollouts;
import dev.hone.alignment.ppo.PolicyGradient;
import dev.hone.alignment.ppo.PolicyResources;
import dev.hone.alignment.ppo.PolicyTraining;
import dev.hone.alignment.ppo.PpoSettings;
import dev.hone.alignment.verify.ArithmeticTasks;
import dev.hone.inference.PolicySampler;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains the policy by what its own answers are worth, to a reward model or to a program.
 *
 * @param words for who reads what a version is made of
 */
record RewardedMethod(PolicyGradient algorithm, String words) implements Method {
  private static final String ALGORITHM = "algorithm";

  private static final String TAKES_LESS =
      "a smaller microBatchResponses or maxTokens takes less, and so does rolloutsPerStep below "
          + Sampling.AT_ONCE;

  @Override
  public String name() {
    return algorithm.label();
  }

  @Override
  public Learns learnsFrom(Map<String, String> set) {
    return byTasks(set) ? Learns.TASKS : Learns.PROMPTS;
  }

  private static boolean byTasks(Map<String, String> set) {
    return Verified.REWARD.equals(set.get(RewardChoice.SETTING));
  }

  @Override
  public Makes makes() {
    return Makes.POLICY;
  }

  @Override
  public boolean needsAdapter() {
    return true;
  }

  @Override
  public Optional<String> objection(Outlook outlook) {
    Map<String, String> set = outlook.stage().settings();
    return (byTasks(set) ? Verified.objection(set) : RewardChoice.objection(outlook))
        .or(() -> withoutDemonstrations(outlook));
  }

  private Optional<String> withoutDemonstrations(Outlook outlook) {
    var snapshot = outlook.snapshot();
    boolean shown =
        outlook.comes(Makes.DEMONSTRATIONS)
            || snapshot.demonstrations().train() + snapshot.train() > 0;
    return shown || own(outlook.stage().settings()).losses().ptxCoefficient() == 0
        ? Optional.empty()
        : Optional.of("ptxCoefficient: it is above 0, and there are no demonstrations to learn");
  }

  /**
   * {@code reward}: {@code stage} for the reward model of a stage before, an id or {@code newest}
   * for one that is kept, {@code tasks} for what a program can verify; {@code tasks}: which.
   */
  @Override
  public Map<String, String> settings(Map<String, String> set) {
    String tasks = set.getOrDefault(Verified.SETTING, ArithmeticTasks.NAME);
    if (!byTasks(set) && !tasks.equals(ArithmeticTasks.NAME)) {
      throw new IllegalArgumentException(
          "tasks are learnt by with %s=%s only".formatted(RewardChoice.SETTING, Verified.REWARD));
    }
    Map<String, String> all = new LinkedHashMap<>();
    all.put(RewardChoice.SETTING, set.getOrDefault(RewardChoice.SETTING, RewardChoice.STAGE));
    all.put(Verified.SETTING, tasks);
    all.putAll(own(set).toMap());
    all.remove(ALGORITHM);
    return all;
  }

  private PpoSettings own(Map<String, String> set) {
    Map<String, String> own = new HashMap<>(set);
    own.remove(RewardChoice.SETTING);
    own.remove(Verified.SETTING);
    if (own.put(ALGORITHM, algorithm.label()) != null) {
      throw new IllegalArgumentException("the stage's method is its algorithm");
    }
    return PpoSettings.of(own);
  }

  @Override
  public Made run(StageContext context) throws IOException {
    context.requireAdapter();
    Job job = context.job();
    var net = Architecture.load(job.base());
    net.layout().requireAdaptable();
    Map<String, String> set = new HashMap<>(context.stage().settings());
    // A round of an earlier release has these too.
    set.keySet().removeAll(algorithm.idle().keySet());
    var settings = own(set);
    var format = ChatFormat.load(job.base());
    var grading = Grading.of(context, settings, format);
    if (grading.prompts().tokens().size() == grading.heldOut()) {
      throw new TrainingException(
          "no_examples", "there is nothing to ask: " + grading.prompts().leftOut());
    }
    context.settled().accept(settings(set));
    int heldOut = grading.heldOut();
    var asked = grading.prompts().tokens();
    var demonstrations =
        demonstrations(context, settings, asked.subList(asked.size() - heldOut, asked.size()));
    var measured =
        grading.preferences()
            ? context.heldOut(settings.training()).pairs()
            : Tokenised.<TokenPair>of(List.of());
    try (NDManager manager = Torch.manager()) {
      ComputeType compute = context.compute().of(manager, settings.training().compute());
      var sampling = sampling(manager, context, settings, format);
      var shape = WarmStart.shapeOver(settings.training().shape(), context.place().parentAdapter());
      new PolicyResources(settings, shape, grading.prompts().longest(), grading.valueStart())
          .over(net, compute)
          .and(sampling.resources())
          .and(grading.grader())
          .check(context.folder().path(), TAKES_LESS);
      try (var rollouts = new EngineRollouts(sampling.open(manager), sampling.drawing());
          var training =
              new PolicyTraining(
                  manager,
                  context.place(),
                  new Assignment(
                      asked,
                      heldOut,
                      demonstrations.examples(),
                      measured.examples(),
                      rollouts,
                      grading.graders(),
                      grading.by(),
                      grading.valueStart()),
                  settings,
                  compute)) {
        TrainingResult result =
            new TrainingRun(training, context.folder().path())
                .toTheEnd(context.watch(), job.checkpoints());
        RoundFolder.write(
            context.folder().trained(),
            new Training(
                compute.label(),
                asked.size() - heldOut,
                Tokenised.sum(grading.prompts().leftOut(), demonstrations.untrainable()),
                demonstrations.cut(),
                measured.cut(),
                result));
      }
    }
    return context.before().with(context.trained());
  }

  /** All but what shows how to answer a prompt that is held out. */
  private static Tokenised<TokenAnswer> demonstrations(
      StageContext context, PpoSettings settings, List<int[]> heldOut) throws IOException {
    if (settings.losses().ptxCoefficient() == 0) {
      return Tokenised.of(List.of());
    }
    return context
        .data(settings.training().maxTokens())
        .demonstrations(FromPairs.AUTO)
        .without("held-out", shown -> heldOut.stream().anyMatch(prompt -> showsHow(shown, prompt)));
  }

  /**
   * Whether a demonstration goes through a prompt, in a turn of its own further on too, or is to it
   * but for what was cut of its beginning.
   */
  static boolean showsHow(TokenAnswer shown, int[] prompt) {
    int[] own = shown.prompt();
    int[] all = Arrays.copyOf(own, own.length + shown.answer().length);
    System.arraycopy(shown.answer(), 0, all, own.length, shown.answer().length);
    int mismatch = Arrays.mismatch(prompt, all);
    int cut = prompt.length - own.length;
    return mismatch == prompt.length
        || (cut >= 0 && Arrays.equals(prompt, cut, prompt.length, own, 0, own.length));
  }

  private static Sampling sampling(
      NDManager manager, StageContext context, PpoSettings settings, ChatFormat format) {
    var rollouts = settings.rollouts();
    return Sampling.of(
        manager,
        context,
        Math.min(Sampling.AT_ONCE, rollouts.rolloutsPerStep()),
        settings.training().maxTokens(),
        new PolicySampler.Drawing(
            rollouts.temperature(), rollouts.maxNewTokens(), format.endOfTurn()));
  }
}
