package dev.hone.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.loop.RoundException.Reason;
import dev.hone.model.SmallModel;
import dev.hone.preference.Snapshot;
import dev.hone.registry.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCheckTest {
  private static final String PARENT = "small";
  private static final Snapshot PAIRS = snapshot(30, 5, 0);
  private static final String TASK =
      """
      {"prompt": "Hi", "checks": [{"check": "contains", "texts": ["hi"]}]}
      """;

  @TempDir Path folder;

  private PlanCheck check;

  @BeforeEach
  void aStoreWithABase() {
    var store = new ModelStore(folder.resolve("models"));
    store.install(PARENT, "a test", SmallModel::copyChat);
    store.install("silent", "a test", SmallModel.PLAIN::copyTo);
    check = new PlanCheck(store, 8);
  }

  private static Snapshot snapshot(int train, int heldOut, int demonstrations) {
    var shown = new Snapshot.Part(demonstrations, 0, Map.of());
    int prompts = train + demonstrations;
    return new Snapshot("", train, heldOut, Map.of(), Snapshot.Part.NONE, shown, prompts, null);
  }

  private static Plan plan(String recipe, Map<String, String> set) {
    return PlanDraft.named(recipe).with(set).plan();
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refused(
      Plan plan, Snapshot snapshot, Reason reason) {
    return assertThatThrownBy(() -> check.settings(plan, PARENT, snapshot))
        .isInstanceOfSatisfying(
            RoundException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ppo           | reward           | rm-r9-0123abcd | stage ppo: reward: There is no reward model 'rm-r9-0123abcd'.
          rloo          | reward           | newest         | stage rloo: reward: There is no reward model yet; a round whose plan has rm makes one.
          best-of-n+sft | best-of-n.reward | tasks          | stage best-of-n: reward: There is no reward model 'tasks'.
          rm            | base             | other          | stage rm: base: there is no base other; 'hone pull' brings one here
          rm            | base             | silent         | stage rm: base: silent has no chat template that takes a question and its answer
          rm+ppo        | rm.base          | ../other       | stage rm: base: there is no base ../other;
          """)
  void whatASettingNamesMustBeThere(String recipe, String setting, String value, String why) {
    refused(plan(recipe, Map.of(setting, value)), PAIRS, Reason.INVALID_SETTING)
        .hasMessageStartingWith(why);
  }

  @Test
  void aRewardModelMustBeWhole() throws IOException {
    Files.createDirectories(folder.resolve("models/rewards/rm-r1-0123abcd"));
    for (String told : new String[] {"rm-r1-0123abcd", "newest"}) {
      refused(plan("ppo", Map.of("reward", told)), PAIRS, Reason.INVALID_SETTING)
          .hasMessageStartingWith("stage ppo: reward: Reward model rm-r1-0123abcd is damaged");
    }
  }

  @Test
  void whatAnEarlierStageMakesNeedNotBeThereYet() {
    for (String told : new String[] {"stage", "newest"}) {
      var plan = plan("rm+ppo", Map.of("ppo.reward", told, "rm.base", "small"));
      assertThatCode(() -> check.settings(plan, PARENT, PAIRS)).doesNotThrowAnyException();
    }
  }

  @Test
  void tasksMustBeReadable() throws IOException {
    badTasks((TASK + "{\"prompt\": 3}").getBytes(UTF_8), "stage grpo: tasks: line 2 of ");
    badTasks(TASK.replace("contains", "magic").getBytes(UTF_8), ": there is no check 'magic'");
    badTasks(new byte[] {(byte) 0xff}, "not UTF-8 from byte 1 on");
    badTasks(new byte[0], "stage grpo: tasks: none of ");
  }

  private void badTasks(byte[] file, String why) throws IOException {
    Path tasks = Files.write(folder.resolve("tasks.jsonl"), file);
    refused(byTasks(tasks.toString()), PAIRS, Reason.INVALID_SETTING).hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource({"/there/is/none", "relative.jsonl", "sums"})
  void aFileOfTasksMustBeThere(String told) {
    refused(byTasks(told), PAIRS, Reason.INVALID_SETTING)
        .hasMessageStartingWith(
            "stage grpo: tasks: '%s' is neither 'arithmetic' nor the absolute path of a file"
                .formatted(told));
  }

  private static Plan byTasks(String tasks) {
    return plan("grpo", Map.of("reward", "tasks", "tasks", tasks));
  }

  @Test
  void whatIsLearntBesidesNeedsDemonstrations() {
    var alone = plan("grpo", Map.of("reward", "tasks", "ptxCoefficient", "0.1"));
    refused(alone, snapshot(0, 5, 0), Reason.INVALID_SETTING)
        .hasMessageStartingWith("stage grpo: ptxCoefficient: ");
    var behindItsOwn =
        plan("rm+best-of-n+sft+grpo", Map.of("grpo.reward", "tasks", "ptxCoefficient", "0.1"));
    assertThatCode(
            () -> {
              check.settings(alone, PARENT, snapshot(0, 5, 1));
              check.settings(alone, PARENT, PAIRS);
              check.settings(behindItsOwn, PARENT, snapshot(0, 5, 0));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void whoLetsThePolicySpeakCannotStartFromWholeWeights() throws IOException {
    Path version = Files.createDirectories(folder.resolve("models/versions/r1-0123abcd"));
    Files.writeString(version.resolve("model.safetensors"), "weights");
    assertThatThrownBy(() -> check.settings(byTasks("arithmetic"), "r1-0123abcd", PAIRS))
        .isInstanceOfSatisfying(
            RoundException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_PLAN))
        .hasMessageContaining("r1-0123abcd has weights of its own");
    assertThatCode(() -> check.settings(plan("dpo", Map.of()), "r1-0123abcd", PAIRS))
        .doesNotThrowAnyException();
  }

  @Test
  void tasksAreCountedAndNeedOnlyPairsThatAreHeldOut() throws IOException {
    Path file = folder.resolve("tasks.jsonl");
    Files.writeString(file, TASK.repeat(2) + TASK.replace("Hi", "Hello"));
    var plan = byTasks(file.toString()).on(snapshot(0, 1, 0));
    assertThat(plan.last().learnsFrom()).isEqualTo("tasks");
    // 64 of a thousand are kept to measure on.
    assertThat(byTasks("arithmetic").on(snapshot(0, 1, 0)).last().examples()).isEqualTo(936);
    assertThat(
            plan("grpo", Map.of("reward", "tasks", "heldOutEvery", "0"))
                .on(snapshot(0, 1, 0))
                .last()
                .examples())
        .isEqualTo(1000);
    assertThat(plan.last().examples()).isEqualTo(2);
    assertThatCode(() -> check.examples(plan, snapshot(0, 1, 0))).doesNotThrowAnyException();
    assertThatThrownBy(() -> check.examples(plan, snapshot(30, 0, 0)))
        .isInstanceOfSatisfying(
            RoundException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_FEW_PAIRS))
        .hasMessageStartingWith(
            "stage grpo learns from tasks, but what it makes is measured on pairs that are kept");
  }

  @Test
  void whatAnEarlierStageChoosesNeedNotBeInTheSnapshot() {
    var prompts =
        new Snapshot(
            "", 1, 5, Map.of(), new Snapshot.Part(30, 0, Map.of()), Snapshot.Part.NONE, 31, null);
    var plan = plan("best-of-n+sft", Map.of("reward", "rm-r1-0123abcd")).on(prompts);
    assertThat(plan.last().examples()).isNull();
    assertThatCode(() -> check.examples(plan, prompts)).doesNotThrowAnyException();
    var few = snapshot(7, 1, 0);
    assertThatThrownBy(() -> check.examples(plan.on(few), few))
        .hasMessageStartingWith("stage best-of-n needs 8 prompts to train on");
  }

  @Test
  void ofWhatASnapshotHoldsThereMustBeEnough() {
    var few = snapshot(7, 1, 0);
    assertThatThrownBy(() -> check.examples(plan("dpo", Map.of()).on(few), few))
        .hasMessage("stage dpo needs 8 pairs to train on and one to hold out; there are 7 and 1");
    assertThatCode(() -> check.examples(plan("dpo", Map.of()).on(PAIRS), PAIRS))
        .doesNotThrowAnyException();
    var none = snapshot(0, 0, 0);
    assertThatThrownBy(() -> check.examples(plan("dpo", Map.of()).on(none), none))
        .hasMessageEndingWith("; 'hone import preferences FILE' brings some");
  }

  /** Of thumbs one is enough to leave the answers of pairs out. */
  @Test
  void wherePairsWouldHelpThatIsSaid() {
    var oneThumb = new Snapshot.Part(1, 0, Map.of());
    var snapshot = new Snapshot("", 30, 5, Map.of(), oneThumb, Snapshot.Part.NONE, 31, null);
    assertThatThrownBy(() -> check.examples(plan("kto", Map.of()).on(snapshot), snapshot))
        .hasMessage(
            "stage kto needs 8 judged answers to train on and one to hold out; there are 1 and 5, pairs among them; "
                + "with fromPairs=always the answers of pairs count too, and there are 61");
  }
}
