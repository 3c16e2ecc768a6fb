package dev.hone.loop;

import dev.hone.alignment.AdapterSettings;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingPlace;
import dev.hone.alignment.TrainingWatch;
import dev.hone.evaluation.EvaluationWatch;
import dev.hone.model.ChatFormat;
import dev.hone.registry.VersionKind;
import dev.hone.registry.VersionManifest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a stage works with.
 *
 * @param folder its own
 * @param before what the stages before it made
 * @param settled gets all settings once none is left to the data
 */
record StageContext(
    Job job,
    Stage stage,
    RoundFolder folder,
    Made before,
    ComputeChoice compute,
    Consumer<Map<String, String>> settled,
    TrainingWatch watch,
    EvaluationWatch measuring) {
  /** Examples of each kind that a training is measured on in between, at most. */
  static final int HELD_OUT = 64;

  /**
   * @param maxTokens of a prompt and one answer together
   */
  TrainingData data(int maxTokens) {
    var data = TrainingData.of(job.snapshot(), ChatFormat.load(job.base()), maxTokens);
    return before
        .demonstrations()
        .map(file -> RoundFolder.read(file, TokenAnswer[].class).orElseThrow())
        .map(chosen -> data.showing(List.of(chosen)))
        .orElse(data);
  }

  /**
   * The first of what the snapshot keeps from training; nothing where the settings ask for none.
   * What an earlier stage made to be learnt has no part that is held out.
   */
  TrainingData heldOut(AdapterSettings settings) {
    return heldOut(settings, ChatFormat.load(job.base()));
  }

  /**
   * @param format of what is trained, whose base need not be the policy's
   */
  TrainingData heldOut(AdapterSettings settings, ChatFormat format) {
    int most = settings.isMeasured() ? HELD_OUT : 0;
    var data = TrainingData.heldOut(job.snapshot(), format, settings.maxTokens(), most);
    return before.demonstrations().isPresent() ? data.showing(List.of()) : data;
  }

  /**
   * For a stage that lets the policy speak while it is trained, and so needs it as an adapter.
   *
   * @throws TrainingException {@code full_parent}
   */
  void requireAdapter() {
    before
        .policy()
        .adapter()
        .filter(folder -> VersionKind.in(folder) == VersionKind.FULL)
        .ifPresent(
            _ -> {
              throw new TrainingException("full_parent", needsAdapter(stage, before.policy().id()));
            });
  }

  /** Why a stage cannot go on from a version of full weights. */
  static String needsAdapter(Stage stage, String version) {
    return "%s starts from a base or an adapter, and %s has weights of its own; start from another version"
        .formatted(stage.name(), version);
  }

  /** Where a policy is trained, from the one before. */
  TrainingPlace place() {
    return new TrainingPlace(
        job.base(),
        job.baseSha256(),
        before.policy().id(),
        before.policy().adapter(),
        folder.path(),
        job.logProbs());
  }

  /** The policy that was trained there. */
  Made.Policy trained() throws IOException {
    String id = VersionManifest.idOf(job.round() + "-" + stage.name(), folder.candidate());
    return new Made.Policy(id, Optional.of(folder.candidate().toAbsolutePath()));
  }
}
