package dev.hone.loop;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingPlace;
import dev.hone.alignment.TrainingResult;
import dev.hone.alignment.reward.Reward;
import dev.hone.alignment.reward.RewardSettings;
import dev.hone.evaluation.NewRewardModel;
import dev.hone.inference.Torch;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
import dev.hone.model.ChatTemplate;
import dev.hone.model.ModelFormatException;
import dev.hone.model.UnsupportedModelException;
import dev.hone.model.jinja.TemplateException;
import dev.hone.preference.Snapshot;
import dev.hone.registry.ModelStore;
import dev.hone.registry.PullException;
import dev.hone.registry.RewardModels;
import dev.hone.registry.VersionKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Trains a reward model on pairs, over the policy's base or another one, and keeps it. */
record RewardMethod() implements Method {
  private static final String BASE = "base";
  private static final String OF_POLICY = "policy";

  @Override
  public String name() {
    return "rm";
  }

  @Override
  public String words() {
    return "a reward model";
  }

  @Override
  public Learns learnsFrom(Map<String, String> set) {
    return Learns.PAIRS;
  }

  @Override
  public Makes makes() {
    return Makes.REWARD_MODEL;
  }

  /** {@code base}: the id of a pulled model, or {@code policy} for the policy's own. */
  @Override
  public Map<String, String> settings(Map<String, String> set) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(BASE, set.getOrDefault(BASE, OF_POLICY));
    all.putAll(own(set).toMap());
    return all;
  }

  @Override
  public Optional<String> objection(Outlook outlook) {
    String id = outlook.set(BASE);
    return id.equals(OF_POLICY)
        ? Optional.empty()
        : objection(outlook.store(), id).map(why -> "%s: %s".formatted(BASE, why));
  }

  private static Optional<String> objection(ModelStore store, String id) {
    if (!isThere(store, id)) {
      return Optional.of(unknown(id));
    }
    Path base = store.base(id);
    try {
      Architecture.load(base).layout().requireAdaptable();
      return ChatTemplate.load(base).chats()
          ? Optional.empty()
          : Optional.of(id + " has no chat template that takes a question and its answer");
    } catch (UnsupportedModelException | ModelFormatException | TemplateException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static boolean isThere(ModelStore store, String id) {
    try {
      return store.hasBase(id);
    } catch (PullException _) {
      // No base can have such an id.
      return false;
    }
  }

  private static String unknown(String id) {
    return "there is no base %s; 'hone pull' brings one here".formatted(id);
  }

  private static RewardSettings own(Map<String, String> set) {
    Map<String, String> own = new HashMap<>(set);
    own.remove(BASE);
    return RewardSettings.of(own);
  }

  @Override
  public Made run(StageContext context) throws IOException {
    Job job = context.job();
    Map<String, String> set = context.stage().settings();
    var settings = own(set);
    Path base = base(job, set.get(BASE));
    var training = settings.training();
    var format = ChatFormat.load(base);
    var pairs = TrainingData.of(job.snapshot(), format, training.maxTokens()).pairs();
    if (pairs.examples().isEmpty()) {
      throw TrainingException.noExamples(name(), pairs.untrainable());
    }
    var heldOut = context.heldOut(training, format).pairs();
    String baseHash = job.store().baseHash(base.getFileName().toString());
    var place =
        new TrainingPlace(
            base,
            baseHash,
            context.before().policy().id(),
            start(context, base),
            context.folder().path(),
            job.logProbs());
    context.settled().accept(settings(set));
    try (NDManager manager = Torch.manager()) {
      ComputeType compute = context.compute().over(base).of(manager, training.compute());
      try (var run =
          Reward.onPairs(pairs.examples(), heldOut.examples(), settings, manager, place, compute)) {
        TrainingResult result = run.run(context.watch(), job.checkpoints());
        RoundFolder.write(
            context.folder().trained(),
            new Training(
                compute.label(),
                pairs.examples().size(),
                pairs.untrainable(),
                pairs.cut(),
                heldOut.cut(),
                result));
      }
    }
    var kept =
        new NewRewardModel(
                job.round(),
                base,
                baseHash,
                new NewRewardModel.Learnt(
                    job.snapshot().getFileName().toString(), pairs.untrainable(), pairs.cut()),
                set,
                context.folder().candidate(),
                job.snapshot().resolve(Snapshot.HELD_OUT),
                job.sizes().heldOutPairs())
            .keep(new RewardModels(job.store()), Instant.now(), context.measuring());
    return context.before().withRewardModel(kept.manifest().id());
  }

  private static Path base(Job job, String id) {
    if (id.equals(OF_POLICY)) {
      return job.base();
    }
    Path base = job.store().base(id);
    if (!Files.isDirectory(base)) {
      throw new TrainingException("unknown_base", unknown(id));
    }
    return base;
  }

  /** The policy's adapter, where there is one that fits (Ouyang et al. 2022). */
  private static Optional<Path> start(StageContext context, Path base) {
    return base.equals(context.job().base())
        ? context
            .before()
            .policy()
            .adapter()
            .filter(folder -> VersionKind.in(folder) == VersionKind.ADAPTER)
        : Optional.empty();
  }
}
