package dev.hone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.alignment.verify.AnswerCheck;
import dev.hone.alignment.verify.Counted;
import dev.hone.alignment.verify.Relation;
import dev.hone.alignment.verify.VerifiableTask;
import dev.hone.alignment.verify.VerifiableTasks;
import dev.hone.evaluation.TaskReport.Done;
import dev.hone.inference.GenerationRequest;
import dev.hone.inference.SamplingParams;
import dev.hone.inference.VersionProbe;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskEvaluationTest {
  private static final int TOKENS = 12;

  @TempDir static Path folder;
  private static Path version;

  @BeforeAll
  static void draw() {
    version = Candidates.noise(0.05, 3, folder.resolve("version"));
  }

  @Test
  void theReportIsWhatAnswersAloneAreWorth() throws IOException {
    var tasks = tasks(20);
    var done = new ArrayList<Done>();
    try (var probe = VersionProbe.load(Candidates.BASE, Optional.of(version), 256)) {
      for (VerifiableTask task : tasks) {
        var sampling = new SamplingParams(0, 1, 0, 0, TOKENS, List.of());
        int[] prompt = probe.format().prompt(task.prompt());
        var request = new GenerationRequest("", prompt, sampling);
        var answer = probe.answer(List.of(request), () -> {}).getFirst();
        done.add(new Done(task.reward(answer.text()), answer.tokens().length, answer.bounded()));
      }
    }
    var report = judge(Optional.of(version), asking(0, 1), VerifiableTasks.lines(tasks));
    assertThat(report).isEqualTo(TaskReport.of(done, Map.of()));
    assertThat(report.tasks()).isEqualTo(20);
    assertThat(report.meanLength()).isPositive().isLessThanOrEqualTo(TOKENS);
  }

  @Test
  void fullWeightsAnswerAsTheAdapterThatTheyHoldDoes() throws IOException {
    var lines = VerifiableTasks.lines(tasks(4));
    var full = new SmallModel(Candidates.BASE).merged(version, folder.resolve("full"));
    var ofFull = judge(Optional.of(full), asking(0, 1), lines);
    assertThat(ofFull.tasks()).isEqualTo(4);
    assertThat(ofFull.reward()).isBetween(0.0, 1.0);
  }

  @Test
  void whatIsSampledFollowsFromTheSeed() throws IOException {
    var lines = VerifiableTasks.lines(tasks(20));
    var once = judge(Optional.empty(), asking(1, 7), lines);
    assertThat(judge(Optional.empty(), asking(1, 7), lines)).isEqualTo(once);
    var others = new HashSet<TaskReport>();
    for (int seed = 8; seed < 13; seed++) {
      others.add(judge(Optional.empty(), asking(1, seed), lines));
    }
    assertThat(others).hasSizeGreaterThan(1);
  }

  @Test
  void whatCannotBeAskedOrCheckedIsCounted() throws IOException {
    var lines = new ArrayList<>(VerifiableTasks.lines(tasks(2)));
    lines.add(VerifiableTasks.lines(List.of(task("A long story. ".repeat(5000)))).getFirst());
    lines.add(
        """
        {"prompt":"Hi","instruction_id_list":["language:response_language"],"kwargs":[{}]}\
        """);
    var report = judge(Optional.empty(), asking(0, 1), lines);
    assertThat(report.tasks()).isEqualTo(2);
    assertThat(report.skipped()).isEqualTo(2);
    assertThat(report.reasons())
        .isEqualTo(Map.of("language:response_language", 1, "prompt-too-long", 1));
  }

  @Test
  void ofManyTasksTheFirstAreAsked() throws IOException {
    var lines = VerifiableTasks.lines(tasks(5));
    var first = new TaskJob.Asking(3, 0, TOKENS, 1);
    assertThat(judge(Optional.empty(), first, lines))
        .isEqualTo(judge(Optional.empty(), asking(0, 1), lines.subList(0, 3)));
  }

  @Test
  void nothingToDoHasNoNumbers() throws IOException {
    assertThat(judge(Optional.empty(), asking(0, 1), List.of()))
        .isEqualTo(new TaskReport(0, null, null, null, null, null, null, 0, Map.of()));
  }

  @Test
  void aTaskIsSolvedWhereAllOfItHolds() {
    var done = List.of(new Done(1, 4, false), new Done(0.5, 8, true), new Done(0, 0, false));
    var report = TaskReport.of(done, Map.of("prompt-too-long", 2));
    assertThat(report.solved()).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(new Interval(report.low(), report.high())).isEqualTo(Interval.wilson(1, 3));
    assertThat(report.reward()).isCloseTo(0.5, within(1e-12));
    assertThat(report.meanLength()).isCloseTo(4, within(1e-12));
    assertThat(report.unended()).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(report.skipped()).isEqualTo(2);
  }

  /** Some of which any answer solves, and some none. */
  private static List<VerifiableTask> tasks(int count) {
    var tasks = new ArrayList<VerifiableTask>();
    for (int i = 0; i < count; i++) {
      tasks.add(
          i % 3 == 0
              ? VerifiableTask.of(
                  "What is " + i + "?", List.of(new AnswerCheck.Contains(List.of("xyzzy"))))
              : task("Tell me about " + i + "."));
    }
    return tasks;
  }

  private static VerifiableTask task(String question) {
    return VerifiableTask.of(
        question, List.of(new AnswerCheck.Count(Counted.WORDS, Relation.LESS_THAN, 1000)));
  }

  private static TaskJob.Asking asking(double temperature, long seed) {
    return new TaskJob.Asking(Integer.MAX_VALUE, temperature, TOKENS, seed);
  }

  private static TaskReport judge(Optional<Path> judged, TaskJob.Asking asking, List<String> lines)
      throws IOException {
    Path file = Files.write(folder.resolve("tasks.jsonl"), lines);
    return TaskEvaluation.run(
            new TaskJob(Candidates.BASE, judged, file, asking), new Candidates.Unwatched())
        .report();
  }
}
