package dev.hone.loop;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.AnswerDraws;
import dev.hone.alignment.Resources;
import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.SettingsReader;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.reward.BestOfN;
import dev.hone.inference.PolicySampler;
import dev.hone.inference.SamplingProgress;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
import dev.hone.model.LoraAdapter;
import java.io.IOException;
import java.util.ArrayList;
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

  private record Settings(
      String reward, int each, double temperature, int maxNewTokens, int maxTokens, long seed) {
    static Settings of(Map<String, String> set) {
      var read = new SettingsReader(set);
      var settings =
          new Settings(
              set.getOrDefault(RewardChoice.SETTING, RewardChoice.STAGE),
              read.count("answers", 8),
              read.number("temperature", 1),
              read.count("maxNewTokens", 128),
              read.count("maxTokens", 384),
              read.whole("seed", 0));
      read.refuseOthers(settings.toMap().keySet());
      SettingsReader.require(
          settings.each >= 2 && settings.each <= 256, "answers", "from 2 to 256");
      SettingsReader.require(
          settings.temperature > 0 && settings.temperature <= 2,
          "temperature",
          "above 0 and at most 2");
      SettingsReader.require(
          settings.maxNewTokens >= 1 && settings.maxNewTokens < settings.maxTokens,
          "maxNewTokens",
          "at least 1 and below maxTokens, of which the prompt needs some");
      return settings;
    }

    Map<String, String> toMap() {
      Map<String, String> map = new LinkedHashMap<>();
      map.put(RewardChoice.SETTING, reward);
      map.put("answers", "" + each);
      map.put("temperature", "" + temperature);
      map.put("maxNewTokens", "" + maxNewTokens);
      map.put("maxTokens", "" + maxTokens);
      map.put("seed", "" + seed);
      return map;
    }
  }

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
    return Settings.of(set).toMap();
  }

  @Override
  public Made run(StageContext context) throws IOException {
    context.requireAdapter();
    Job job = context.job();
    var settings = Settings.of(context.stage().settings());
    var format = ChatFormat.load(job.base());
    var choice = RewardChoice.of(context, settings.reward());
    var prompts =
        choice.readable(
            Prompts.of(job.snapshot(), format, settings.maxTokens() - settings.maxNewTokens()),
            settings.maxNewTokens());
    var draws = draws(context, settings, choice, prompts, format);
    var best = BestOfN.choose(scored(context, choice, prompts, draws, format));
    var chosen = best.demonstrations();
    int asked = prompts.tokens().size();
    if (chosen.isEmpty()) {
      throw new TrainingException(
          "no_examples",
          "of no prompt is one answer better than another; %d were asked: %s; could not be asked: %s"
              .formatted(asked, best.leftOut(), prompts.leftOut()));
    }
    RoundFolder.write(
        context.folder().choosing(),
        new Choosing(asked, chosen.size(), best.leftOut(), prompts.leftOut()));
    RoundFolder.write(context.folder().demonstrations(), chosen.toArray(TokenAnswer[]::new));
    return context.before().withDemonstrations(context.folder().demonstrations());
  }

  private static List<List<AnswerDraws.Draw>> draws(
      StageContext context,
      Settings settings,
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
              settings.each(),
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
      Settings settings, Sampling sampling, RewardChoice choice, int prompts) {
    long drawn = (long) settings.each() * settings.maxNewTokens();
    var written = new Resources(0, DIGITS * prompts * (drawn + settings.maxTokens()));
    var scorer = RewardScorer.resources(choice.base(), choice.model().path(), /* ownsBase= */ true);
    return sampling.resources().then(scorer).and(written).and(Resources.PROCESS);
  }

  private static void tell(StageContext context, SamplingProgress progress) {
    context.watch().betweenMicroBatches();
    double rate = progress.seconds() == 0 ? 0 : progress.ended() / progress.seconds();
    double left = rate == 0 ? 0 : (progress.answers() - progress.ended()) / rate;
    context.measuring().progress("sampling", progress.ended(), progress.answers(), rate, left);
  }

  private static List<BestOfN.Drawn> scored(
      StageContext context,
      RewardChoice choice,
      Prompts prompts,
      List<List<AnswerDraws.Draw>> draws,
      ChatFormat format) {
    var reader = choice.reader(prompts, format);
    var drawn = new ArrayList<BestOfN.Drawn>();
    try (var scorer = RewardScorer.open(choice.base(), choice.model().path())) {
      for (int prompt = 0; prompt < draws.size(); prompt++) {
        context.watch().betweenMicroBatches();
        var said = draws.get(prompt);
        var asked = reader.of(prompt, said);
        double[] rewards = scorer.score(asked.prompt(), List.of(asked.answers()));
        var answers = new ArrayList<BestOfN.Scored>();
        for (int i = 0; i < rewards.length; i++) {
          answers.add(new BestOfN.Scored(said.get(i).tokens(), said.get(i).ended(), rewards[i]));
        }
        drawn.add(new BestOfN.Drawn(prompts.tokens().get(prompt), answers));
      }
    }
    return drawn;
  }
}
