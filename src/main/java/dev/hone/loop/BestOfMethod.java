package dev.hone.loop;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.AnswerDraws;
import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.SettingsReader;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.reward.BestOfN;
import dev.hone.inference.PolicySampler;
import dev.hone.inference.RolloutPrecision;
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

/**
 * Lets the policy answer each prompt several times and keeps the answer that a reward model likes
 * best, for the next stage to learn (rejection sampling).
 */
record BestOfMethod() implements Method {
  private static final int BATCH = 16;

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
  public Learns learnsFrom() {
    return Learns.PROMPTS;
  }

  @Override
  public Makes makes() {
    return Makes.DEMONSTRATIONS;
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
    var draws = draws(context, settings, prompts, format);
    var best = BestOfN.demonstrations(scored(context, choice, prompts, draws, format));
    if (best.isEmpty()) {
      throw new TrainingException(
          "no_examples",
          "of no prompt is one answer better than another; %d were asked, left out: %s"
              .formatted(prompts.tokens().size(), prompts.leftOut()));
    }
    RoundFolder.write(context.folder().demonstrations(), best.toArray(TokenAnswer[]::new));
    return context.before().withDemonstrations(context.folder().demonstrations());
  }

  private static List<List<AnswerDraws.Draw>> draws(
      StageContext context, Settings settings, Prompts prompts, ChatFormat format) {
    Job job = context.job();
    var net = Architecture.load(job.base());
    var policy = context.before().policy();
    try (NDManager manager = Torch.manager()) {
      var precision =
          RolloutPrecision.of(
              manager, job.base(), job.precisions(), context.folder().rollouts(), BATCH);
      var bounds = PolicySampler.Bounds.ample(BATCH, settings.maxTokens(), net);
      var drawing =
          new PolicySampler.Drawing(
              settings.temperature(), settings.maxNewTokens(), format.endOfTurn());
      var order =
          new AnswerDraws.Order(
              policy.id() + " " + precision.label(),
              prompts.tokens(),
              settings.each(),
              drawing,
              settings.seed());
      try (var sampler = new PolicySampler(manager, job.base(), precision, bounds)) {
        var adapter = policy.adapter().map(folder -> LoraAdapter.load(manager, folder, net));
        sampler.use(adapter);
        adapter.ifPresent(LoraAdapter::close);
        return new AnswerDraws(context.folder().path().resolve("draws"), order)
            .draw(sampler, progress -> tell(context, progress));
      }
    }
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
        var said =
            draws.get(prompt).stream()
                .map(draw -> new RewardChoice.Said(draw.tokens(), draw.ended()))
                .toList();
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
