package dev.hone.loop;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.AnswerDraws;
import dev.hone.alignment.Resources;
import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.reward.BestOfN;
import dev.hone.alignment.reward.BestOfNSettings;
import dev.hone.evaluation.Steps;
import dev.hone.inference.PolicySampler;
import dev.hone.inference.SamplingProgress;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
import dev.hone.model.LoraAdapter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets the policy answer each prompt several times and keeps the answer that a reward model likes
 * best, for the next stage to learn (rejection sampling).
 */
record BestOfMethod() implements Method {
  /** Of a token in a file of answers. */
  private static final long DIGITS = 8;

  @Override
  public String name() {
    return "best-of-n";
  }

  @Override
  public String words() {
    return "choosing the best of several answers by a reward model";
  }

  @Override
  public Learns learnsFrom(Map<String, String> set) {
    return Learns.PROMPTS;
  }

  @Override
  public Makes makes() {
    return Makes.DEMONSTRATIONS;
  }

  @Override
  public boolean needsAdapter() {
    return true;
  }

  @Override
  public Optional<String> objection(Outlook outlook) {
    return RewardChoice.objection(outlook);
  }

  @Override
  public Map<String, String> settings(Map<String, String> set) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(RewardChoice.SETTING, set.getOrDefault(RewardChoice.SETTING, RewardChoice.STAGE));
    all.putAll(own(set).toMap());
    return all;
  }

  /** Those that are not about whose reward it is. */
  private static BestOfNSettings own(Map<String, String> set) {
    Map<String, String> own = new HashMap<>(set);
    own.remove(RewardChoice.SETTING);
    return BestOfNSettings.of(own);
  }

  @Override
  public Made run(StageContext context) throws IOException {
    context.requireAdapter();
    Job job = context.job();
    Map<String, String> set = context.stage().settings();
    var settings = own(set);
    var format = ChatFormat.load(job.base());
    var choice = RewardChoice.of(context, set.get(RewardChoice.SETTING));
    var prompts =
        choice.readable(
            Prompts.of(job.snapshot(), format, settings.maxTokens() - settings.maxNewTokens()),
            settings.maxNewTokens());
    var draws = draws(context, settings, choice, prompts, format);
    var scored = scored(context, choice, prompts, draws, format);
    var best = BestOfN.choose(scored.drawn());
    var chosen = best.demonstrations();
    int asked = prompts.tokens().size();
    if (chosen.isEmpty()) {
      throw new TrainingException(
          "no_examples",
          "no prompt has an answer that is better than another; of %d that were asked %s (too-few-ended: more maxNewTokens may help); could not be asked: %s"
              .formatted(
                  asked, Outcomes.counts(best.leftOut()), Outcomes.counts(prompts.leftOut())));
    }
    RoundFolder.write(
        context.folder().choosing(),
        new Choosing(asked, chosen.size(), scored.cut(), best.leftOut(), prompts.leftOut()));
    RoundFolder.write(context.folder().demonstrations(), chosen.toArray(TokenAnswer[]::new));
    return context.before().withDemonstrations(context.folder().demonstrations());
  }

  private static List<List<AnswerDraws.Draw>> draws(
      StageContext context,
      BestOfNSettings settings,
      RewardChoice choice,
      Prompts prompts,
      ChatFormat format) {
    var net = Architecture.load(context.job().base());
    var policy = context.before().policy();
    try (NDManager manager = Torch.manager()) {
      var sampling =
          Sampling.of(
              manager,
              context,
              Sampling.AT_ONCE,
              settings.maxTokens(),
              new PolicySampler.Drawing(
                  settings.temperature(), settings.maxNewTokens(), format.endOfTurn()));
      resources(settings, sampling, choice, prompts.tokens().size())
          .check(context.folder().path(), "a smaller maxTokens takes less");
      var order =
          new AnswerDraws.Order(
              policy.id() + " " + sampling.precision().label(),
              prompts.tokens(),
              settings.answers(),
              sampling.drawing(),
              settings.seed());
      try (var sampler = sampling.open(manager)) {
        var adapter = policy.adapter().map(folder -> LoraAdapter.load(manager, folder, net));
        sampler.use(adapter);
        adapter.ifPresent(LoraAdapter::close);
        return new AnswerDraws(context.folder().draws(), order)
            .draw(sampler, progress -> tell(context, progress));
      }
    }
  }

  /** The sampler is gone before the reward model comes; answers are kept as text. */
  private static Resources resources(
      BestOfNSettings settings, Sampling sampling, RewardChoice choice, int prompts) {
    long drawn = (long) settings.answers() * settings.maxNewTokens();
    var written = new Resources(0, DIGITS * prompts * (drawn + settings.maxTokens()));
    var scorer = RewardScorer.resources(choice.base(), choice.model().path(), /* ownsBase= */ true);
    return sampling.resources().then(scorer).and(written).and(Resources.PROCESS);
  }

  private static void tell(StageContext context, SamplingProgress progress) {
    context.watch().betweenMicroBatches();
    double rate = progress.answersPerSecond();
    double left = rate == 0 ? 0 : (progress.answers() - progress.ended()) / rate;
    context.measuring().progress("sampling", progress.ended(), progress.answers(), rate, left);
  }

  /**
   * @param cut how many answers the reward model could not read to their end
   */
  private record Scored(List<BestOfN.Drawn> drawn, int cut) {}

  private static Scored scored(
      StageContext context,
      RewardChoice choice,
      Prompts prompts,
      List<List<AnswerDraws.Draw>> draws,
      ChatFormat format) {
    var reader = choice.reader(prompts, format);
    var drawn = new ArrayList<BestOfN.Drawn>();
    int cut = 0;
    context.measuring().progress("scoring", 0, draws.size(), 0, 0);
    try (var scorer = RewardScorer.open(choice.base(), choice.model().path())) {
      var steps = new Steps(context.measuring(), "scoring", draws.size());
      for (int prompt = 0; prompt < draws.size(); prompt++) {
        steps.between();
        var said = draws.get(prompt);
        var read = reader.of(prompt, said);
        cut += read.cut();
        var asked = read.branches();
        double[] rewards = scorer.score(asked.prompt(), List.of(asked.answers()));
        var answers = new ArrayList<BestOfN.Scored>();
        for (int i = 0; i < rewards.length; i++) {
          answers.add(new BestOfN.Scored(said.get(i).tokens(), said.get(i).ended(), rewards[i]));
        }
        drawn.add(new BestOfN.Drawn(prompts.tokens().get(prompt), answers));
        steps.reached(prompt + 1);
      }
    }
    return new Scored(drawn, cut);
  }
}
