package dev.hone.alignment.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.alignment.TrainingException;
import dev.hone.alignment.verify.AnswerCheck.Contains;
import dev.hone.alignment.verify.AnswerCheck.Count;
import dev.hone.alignment.verify.AnswerCheck.FinalNumber;
import dev.hone.alignment.verify.AnswerCheck.Occurrences;
import dev.hone.alignment.verify.AnswerCheck.Quoted;
import dev.hone.model.Message;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifiableTasksTest {
  @TempDir Path folder;

  @Test
  void aPromptIsAskedOnceAndTheOthersAreCounted() {
    var why = VerifiableTask.of("Why?", List.of(new Quoted()));
    var again = VerifiableTask.of("Why?", List.of(new FinalNumber(BigDecimal.ONE)));
    var how = VerifiableTask.of("How?", List.of(new Quoted()));
    var once = new VerifiableTasks(List.of(why, how, again, why), Map.of("language", 1)).once();
    assertThat(once.tasks()).containsExactly(why, how);
    assertThat(once.uncheckable()).isEqualTo(Map.of("duplicate", 2, "language", 1));
  }

  @Test
  void tasksAreReadFromTheirLines() throws IOException {
    var read =
        read(
            """
            {"prompt": "Why?", "checks": [{"check": "count", "of": "words", "relation": "at_least", "count": 30}, {"check": "quoted"}]}

            {"prompt": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "3+4?"}], "checks": [{"check": "final_number", "value": 7}]}
            """);
    assertThat(read.uncheckable()).isEmpty();
    assertThat(read.tasks())
        .containsExactly(
            VerifiableTask.of(
                "Why?", List.of(new Count(Counted.WORDS, Relation.AT_LEAST, 30), new Quoted())),
            new VerifiableTask(
                List.of(new Message("system", "Be brief."), new Message("user", "3+4?")),
                List.of(new FinalNumber(BigDecimal.valueOf(7)))));
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    var tasks = ArithmeticTasks.of(1, 20, 30);
    Files.write(folder.resolve("tasks.jsonl"), VerifiableTasks.lines(tasks));
    assertThat(VerifiableTasks.read(folder.resolve("tasks.jsonl")).tasks()).isEqualTo(tasks);
  }

  @Test
  void ifevalsInstructionsBecomeChecks() throws IOException {
    var read =
        read(
            """
            {"key": 1, "prompt": "Write.", "instruction_id_list": ["punctuation:no_comma", "keywords:existence"], "kwargs": [{}, {"keywords": ["a", "b"]}]}
            {"key": 2, "prompt": "Schreib.", "instruction_id_list": ["language:response_language"], "kwargs": [{"language": "de"}]}
            """);
    assertThat(read.tasks())
        .containsExactly(
            VerifiableTask.of(
                "Write.",
                List.of(
                    new Occurrences(",", Relation.LESS_THAN, 1), new Contains(List.of("a", "b")))));
    assertThat(read.uncheckable()).isEqualTo(Map.of("language:response_language", 1));
  }

  @Test
  void aBadLineIsNamed() {
    assertRefused("{", "line 1 of ");
    assertRefused("{\"prompt\": 3, \"checks\": []}", "'prompt' must be a text");
    assertRefused("{\"prompt\": \"a\", \"checks\": []}", "at least one check");
    assertRefused("{\"prompt\": \"a\", \"checks\": null}", "expected checks");
    assertRefused("{\"prompt\": \"a\", \"checks\": [null]}", "'checks' must not have null");
    assertRefused("{\"prompt\": [null], \"checks\": []}", "'prompt' must not have null");
    assertRefused("{\"prompt\": \"a\"}", "expected checks, or instruction_id_list");
    assertRefused("{\"prompt\": \"a\", \"checks\": [{\"check\": \"nice\"}]}", "'nice'");
    assertRefused("{\"prompt\": \"a\", \"checks\": [{\"check\": \"begins\"}]}", "'text'");
    assertRefused(
        "{\"prompt\": \"a\", \"checks\": [{\"check\": \"begins\", \"text\": \"b\", \"txt\": 1}]}",
        "no 'txt'");
    assertRefused("{\"prompt\": \"a\", \"checks\": [{\"text\": \"b\"}]}", "which 'check'");
    assertRefused("{\"prompt\": [3], \"checks\": []}", "'prompt' is missing, or not");
    assertRefused(
        "{\"prompt\": \"a\", \"checks\": [{\"check\": \"contains\", \"texts\": [null]}]}",
        "is missing, or not");
    assertRefused(
        "{\"prompt\": \"a\", \"checks\": [{\"check\": \"count\", \"of\": \"letters\", \"relation\": \"exactly\", \"count\": 1}]}",
        "'of' cannot be 'letters', only one of [words, capital_words");
    assertRefused(
        "{\"prompt\": \"a\", \"checks\": [{\"check\": \"begins\", \"text\": \" \"}]}",
        "a text to look for is empty");
    assertRefused(
        "{\"prompt\": \"a\", \"checks\": [{\"check\": \"count\", \"of\": \"words\", \"relation\": \"exactly\", \"count\": -3}]}",
        "a count cannot be -3, only 0 or more");
    assertRefused(
        "{\"prompt\": \"a\", \"checks\": [{\"check\": \"parts\", \"divider\": \"*\", \"count\": 0, \"different\": true}]}",
        "a count cannot be 0, only 1 or more");
    assertRefused(
        "{\"prompt\": \"a\", \"checks\": [{\"check\": \"occurrences\", \"text\": \"b\", \"relation\": \"less_than\", \"count\": 0}]}",
        "a count cannot be 0, only 1 or more");
    assertRefused(
        "{\"prompt\": \"a\", \"checks\": [{\"check\": \"contains_one\", \"texts\": []}]}",
        "no text to look for");
    assertRefused(
        "{\"prompt\": \"a\", \"checks\": [{\"check\": \"without\", \"words\": [\"\"]}]}",
        "a text to look for is empty");
    assertRefused(
        "{\"prompt\": [{\"role\": \"robot\", \"content\": \"a\"}], \"checks\": []}",
        "'role' cannot be 'robot', only one of [system, user, assistant]");
    assertRefused(
        "{\"prompt\": \"a\", \"instruction_id_list\": [\"startend:end_checker\"], \"kwargs\": [{}]}",
        "'end_phrase' is missing");
  }

  private void assertRefused(String line, String why) {
    assertThatThrownBy(() -> read(line))
        .isInstanceOfSatisfying(
            TrainingException.class, e -> assertThat(e.code()).isEqualTo("bad_task"))
        .hasMessageContaining(why)
        .hasMessageNotContaining("dev.hone");
  }

  @Test
  void sumsAreDifferentAndFollowFromTheirSeed() {
    var tasks = ArithmeticTasks.of(7, 100, 20);
    assertThat(new HashSet<>(tasks)).hasSize(100);
    assertThat(ArithmeticTasks.of(7, 30, 20)).isEqualTo(tasks.subList(0, 30));
    assertThat(ArithmeticTasks.of(8, 100, 20)).isNotEqualTo(tasks);
    for (VerifiableTask task : tasks) {
      assertThat(task.solved("So:\nAnswer: " + worked(task))).as(task.toString()).isTrue();
    }
    assertThatThrownBy(() -> ArithmeticTasks.of(7, 10, 3))
        .hasMessage("at most 9 tasks with numbers up to 3, 10 were wanted");
  }

  @Test
  void sumsThatAreHeldOutAreNoneThatATrainingAsks() {
    var learnt = new HashSet<>(ArithmeticTasks.learnt(3));
    var heldOut = ArithmeticTasks.heldOut(3, 200);
    assertThat(new HashSet<>(heldOut)).hasSize(200).doesNotContainAnyElementsOf(learnt);
    assertThat(ArithmeticTasks.heldOut(3, ArithmeticTasks.MOST_HELD_OUT).subList(0, 200))
        .isEqualTo(heldOut);
  }

  @Test
  void aFileMayBePackedAndBeginWithAMark() throws IOException {
    var lines = String.join("\n", VerifiableTasks.lines(ArithmeticTasks.of(1, 3, 9)));
    Path file = folder.resolve("lines.jsonl.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(("\uFEFF" + lines).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(VerifiableTasks.read(file).tasks()).hasSize(lines.split("\n").length);
  }

  @Test
  void aLineWithTwoTasksIsRefused() throws IOException {
    String line = VerifiableTasks.lines(ArithmeticTasks.of(1, 3, 9)).getFirst();
    Path file = Files.writeString(folder.resolve("lines.jsonl"), line + line);
    assertThatThrownBy(() -> VerifiableTasks.read(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("line 1 of");
  }

  @Test
  void aFileThatIsNoTextIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("lines.jsonl"), new byte[] {'{', (byte) 0xff});
    assertThatThrownBy(() -> VerifiableTasks.read(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("line 1 of")
        .hasMessageContaining("not UTF-8 from byte 2 on");
  }

  /** What the question asks for. */
  private static int worked(VerifiableTask task) {
    String[] words = task.prompt().getFirst().content().split("[ ?]", -1);
    int left = Integer.parseInt(words[2]);
    int right = Integer.parseInt(words[4]);
    return words[3].equals("+") ? left + right : left - right;
  }

  private VerifiableTasks read(String lines) throws IOException {
    Path file = folder.resolve("lines.jsonl");
    Files.writeString(file, lines);
    return VerifiableTasks.read(file);
  }
}
