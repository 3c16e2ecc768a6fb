package dev.hone.evaluation;

import dev.hone.alignment.verify.VerifiableTasks;
import dev.hone.chat.Seeds;
import dev.hone.evaluation.TaskReport.Done;
import dev.hone.inference.GenerationRequest;
import dev.hone.inference.SamplingParams;
import dev.hone.inference.VersionProbe;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Lets a version answer each task of a file once, and checks the answers. */
public final class TaskEvaluation {
  /** Of a prompt and its answer together. */
  private static final int MAX_TOKENS = 4096;

  private TaskEvaluation() {}

  /**
   * @throws dev.hone.alignment.TrainingException {@code bad_task}
   * @throws dev.hone.alignment.CancelledException as the watch wants
   */
  public static FileResult<TaskReport> run(TaskJob job, EvaluationWatch watch) {
    var asking = job.asking();
    int window = Math.min(MAX_TOKENS, Architecture.load(job.base()).maxPositions());
    var asked =
        AskedTasks.of(
            VerifiableTasks.read(job.file()),
            ChatFormat.load(job.base()),
            asking.most(),
            window - asking.maxNewTokens());
    var done = asked.tasks().isEmpty() ? List.<Done>of() : answered(job, asked, watch);
    return new FileResult<>(TaskReport.of(done, asked.leftOut()), List.of(), Map.of());
  }

  private static List<Done> answered(TaskJob job, AskedTasks asked, EvaluationWatch watch) {
    var asking = job.asking();
    // Every token that there is may be drawn, as in training by reward.
    var sampling =
        new SamplingParams(asking.temperature(), 1, 0, 0, asking.maxNewTokens(), List.of());
    var done = new ArrayList<Done>();
    int window = asked.longest() + asking.maxNewTokens();
    try (var probe = VersionProbe.load(job.base(), job.version(), window)) {
      int count = asked.tasks().size();
      new Steps(watch, "evaluating", count)
          .inBatches(
              count,
              VersionProbe.BATCH,
              _ -> false,
              (from, to) -> {
                var requests =
                    IntStream.range(from, to)
                        .mapToObj(i -> request(asked.prompts().get(i), i, asking, sampling))
                        .toList();
                var answers = probe.answer(requests, watch::betweenSteps);
                for (int i = from; i < to; i++) {
                  var answer = answers.get(i - from);
                  double reward = asked.tasks().get(i).reward(answer.text());
                  done.add(new Done(reward, answer.tokens().length, answer.bounded()));
                }
              });
    }
    return done;
  }

  private static GenerationRequest request(
      int[] prompt, int index, TaskJob.Asking asking, SamplingParams sampling) {
    long seed = Seeds.ofChoice(asking.seed(), index);
    return new GenerationRequest("", prompt, sampling.withSeed(seed));
  }
}
