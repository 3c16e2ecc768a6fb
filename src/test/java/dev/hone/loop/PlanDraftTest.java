package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.loop.RoundException.Reason;
import dev.hone.preference.Snapshot;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanDraftTest {
  @Test
  void aRecipeIsItsStagesWithTheirDefaults() {
    var plan = PlanDraft.named("sft+dpo").plan();
    assertThat(plan.name()).isEqualTo("sft+dpo");
    assertThat(plan.stages()).extracting(Stage::method).containsExactly("sft", "dpo");
    assertThat(plan.last().settings()).containsEntry("beta", "0.1").containsEntry("rank", "16");
    assertThat(plan.last().changed()).isEmpty();
    assertThat(plan.reason()).isNull();
  }

  @Test
  void everyPlanThatComesWithHoneCanBeMade() {
    assertThat(Recipes.all())
        .extracting(draft -> draft.plan().name())
        .containsExactly(
            "dpo",
            "kto",
            "sft",
            "sft+dpo",
            "sft+kto",
            "rm",
            "rm+ppo",
            "rm+grpo",
            "rm+rloo",
            "rm+best-of-n+sft");
  }

  @Test
  void anyMethodsCanBeJoined() {
    var plan = PlanDraft.named("dpo+sft+dpo").plan();
    assertThat(plan.stages()).extracting(Stage::name).containsExactly("dpo", "sft", "dpo-2");
    assertThat(plan.settings()).containsKeys("dpo.beta", "dpo-2.beta", "sft.rank");
  }

  @Test
  void ofOneStageSettingsHaveTheirBareNames() {
    var plan = PlanDraft.named("dpo").with(Map.of("beta", "0.2", "learningRate", "3e-4")).plan();
    assertThat(plan.settings()).containsEntry("beta", "0.2");
    // Written in another way, it is the default all the same.
    assertThat(plan.last().changed()).containsExactly("beta");
  }

  @Test
  void ofSeveralStagesABareNameIsThatOfTheOnlyOneThatHasIt() {
    var plan =
        PlanDraft.named("sft+dpo")
            .with(Map.of("beta", "0.2", "batchAnswers", "4", "sft.seed", "7"))
            .plan();
    assertThat(plan.stages().getFirst().changed()).containsExactly("batchAnswers", "seed");
    assertThat(plan.last().changed()).containsExactly("beta");
    assertThat(plan.last().seed()).isZero();
  }

  @Test
  void aDraftStaysAsItWas() {
    var draft = PlanDraft.named("dpo");
    draft.with(Map.of("beta", "0.2"));
    assertThat(draft.plan().last().beta()).isEqualTo(0.1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sft+dpo | learningRate  | 1    | several stages have a setting 'learningRate'; say sft.learningRate or dpo.learningRate
          sft+dpo | betta         | 1    | no stage of sft+dpo has a setting 'betta'
          sft+dpo | kto.beta      | 1    | there is no stage 'kto' in sft+dpo, only sft, dpo
          sft+dpo | dpo.beta      | much | stage dpo: beta must be a number, was 'much'
          sft+dpo | sft.beta      | 1    | stage sft: unknown setting beta; there are fromPairs, adapter
          sft+rm+ppo           | sft.adapter | full | stage sft: adapter: it is full, which makes whole weights, and ppo needs an adapter
          dpo+rm+best-of-n+sft | dpo.adapter | dora | stage dpo: adapter: it is dora, which makes whole weights, and best-of-n needs
          dpo     | beta          | much | stage dpo: beta must be a number, was 'much'
          dpo     | betta         | 1    | stage dpo: unknown setting betta; there are loss, beta
          rm      | bas           | 1    | stage rm: unknown setting bas; there are base, margin
          ppo     | rewards       | 1    | stage ppo: unknown setting rewards; there are reward, tasks
          best-of-n | n           | 1    | stage best-of-n: unknown setting n; there are reward, answers
          grpo    | tasks         | /a   | stage grpo: tasks are learnt by with reward=tasks only
          """)
  void saysWhichSettingCannotBe(String recipe, String setting, String value, String why) {
    assertThatThrownBy(() -> PlanDraft.named(recipe).with(Map.of(setting, value)).plan())
        .isInstanceOfSatisfying(
            RoundException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_SETTING))
        .message()
        .startsWith(why);
  }

  @Test
  void wholeWeightsMayBeMadeBehindWhateverNeedsAnAdapter() {
    var plan = PlanDraft.named("rm+ppo+sft+dpo").with(Map.of("sft.adapter", "full")).plan();
    assertThat(plan.last().settings()).containsEntry("adapter", "lora");
  }

  @Test
  void saysWhichMethodThereIsNot() {
    assertThatThrownBy(() -> PlanDraft.named("sft+magic"))
        .isInstanceOfSatisfying(
            RoundException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_RECIPE))
        .hasMessageStartingWith("there is no method 'magic', only dpo, kto, sft");
  }

  @Test
  void isReadFromAnObject() throws Exception {
    var plan =
        read("""
                {"name": "gently", "stages": [{"method": "sft", "learningRate": 1e-4},
                 {"method": "dpo", "loss": "ipo", "beta": 0.3, "targets": ["q", "up"]}]}""")
            .plan();
    assertThat(plan.name()).isEqualTo("gently");
    assertThat(plan.stages().getFirst().settings()).containsEntry("learningRate", "1.0E-4");
    assertThat(plan.last().settings())
        .containsEntry("loss", "ipo")
        .containsEntry("beta", "0.3")
        .containsEntry("targets", "q,up");
    assertThat(plan.last().changed()).containsExactly("beta", "loss", "targets");
  }

  /** Some defaults follow from another setting. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'loss': 'simpo' | loss",
        "'loss': 'simpo', 'beta': 2 | loss",
        "'loss': 'simpo', 'beta': 0.1 | beta,loss",
        "'loss': 'sigmoid', 'beta': 0.1 | ``"
      })
  void aSettingIsChangedWhereItIsNotWhatItWouldBeUnset(String set, String changed)
      throws Exception {
    String plan = "{'stages':[{'method':'dpo',%s}]}".formatted(set).replace('\'', '"');
    assertThat(String.join(",", read(plan).plan().last().changed())).isEqualTo(changed);
  }

  @Test
  void aSettingThatAnotherNeedsIsChanged() throws Exception {
    var plan =
        read("""
                {"stages": [{"method": "ppo", "reward": "newest",
                 "maxTokens": 1000, "maxNewTokens": 500}]}""")
            .plan();
    assertThat(plan.last().changed()).containsExactly("maxNewTokens", "maxTokens", "reward");
  }

  @Test
  void withoutANameItIsCalledByItsMethods() throws Exception {
    assertThat(read("{\"stages\":[{\"method\":\"sft\"},{\"method\":\"dpo\"}]}").name())
        .isEqualTo("sft+dpo");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                               | plan: it must be an object
          {"stages": []}                                   | plan: stages must be a list of at least one stage
          {"stages": {"method": "dpo"}}                    | plan: stages must be a list of at least one stage
          {"stages": ["dpo"]}                              | plan: stages[0] must be an object
          {"stages": [{"method": "dpo"}, {"beta": 1}]}     | plan: stages[1].method must name a method
          {"stages": [{"method": "dpo", "beta": [1]}]}     | plan: stages[0].beta must be a text, a number, true, false or a list of texts
          {"stages": [{"method": "dpo"}], "colour": "red"} | plan: it has no 'colour', only name, stages
          {"stages": [{"method": "dpo"}], "name": "a/b"}   | plan: name must be 1 to 64 letters
          """)
  void saysWhatIsNoPlan(String json, String why) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(
            RoundException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_PLAN))
        .message()
        .startsWith(why);
  }

  @Test
  void tellsHowMuchEachStageLearnsFrom() {
    var thumbs = new Snapshot.Part(7, 1, Map.of());
    var draft = PlanDraft.named("sft+kto+dpo");
    var plan = draft.plan().on(snapshot(Snapshot.Part.NONE));
    assertThat(plan.stages()).extracting(Stage::examples).containsExactly(30, 60, 30);
    assertThat(plan.stages())
        .extracting(Stage::learnsFrom)
        .containsExactly("demonstrations", "judged answers", "pairs");

    assertThat(draft.plan().on(snapshot(thumbs)).stages().get(1).examples()).isEqualTo(7);
    plan = draft.with(Map.of("kto.fromPairs", "always")).plan().on(snapshot(thumbs));
    assertThat(plan.stages().get(1).examples()).isEqualTo(67);
  }

  @Test
  void whatAnEarlierStageChoosesIsNotCounted() {
    var plan = PlanDraft.named("sft+rm+best-of-n+sft").plan().on(snapshot(Snapshot.Part.NONE));
    assertThat(plan.stages()).extracting(Stage::examples).containsExactly(30, 30, 21, null);
    assertThat(plan.last().learnsFrom()).isEqualTo("what best-of-n chooses");
  }

  private static Snapshot snapshot(Snapshot.Part unpaired) {
    return new Snapshot("", 30, 5, Map.of(), unpaired, Snapshot.Part.NONE, 21, null);
  }

  private static PlanDraft read(String json) throws Exception {
    return PlanDraft.read(new ObjectMapper().readTree(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ppo|add rm, or set reward to the id of one, or to newest; or to tasks, for what a program",
        "sft+best-of-n+sft|no stage before best-of-n makes a reward model",
        "rm+best-of-n|nothing learns from what best-of-n makes; add sft behind it",
        "rm+best-of-n+dpo|nothing learns from what best-of-n makes; add sft behind it",
        "sft+rm|what the stages before rm make is lost",
      })
  void whatAStageLacksIsSaidBeforeAnythingRuns(String name, String why) {
    assertThatThrownBy(() -> PlanDraft.named(name).plan())
        .isInstanceOf(RoundException.class)
        .hasMessageContaining(why);
  }
}
