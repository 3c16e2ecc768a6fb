package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hone.api.ScriptedRounds;
import dev.hone.evaluation.GateConfig;
import dev.hone.evaluation.GateReport;
import dev.hone.inference.InferenceConfig;
import dev.hone.inference.ScriptedModelHost;
import dev.hone.preference.PairSource;
import dev.hone.registry.AuditLog;
import dev.hone.registry.Publications;
import dev.hone.registry.Versions;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the end of one server and the start of the next mean for a round. */
@QuarkusTest
@TestProfile(ScriptedRounds.class)
class RoundRunnerTest {
  @Inject Rounds rounds;
  @Inject RoundLog log;
  @Inject RoundRunner runner;
  @Inject Releases releases;
  @Inject Versions versions;
  @Inject AuditLog audit;
  @Inject Jobs jobs;
  @Inject Workers workers;
  @Inject GateStep gate;
  @Inject LoopConfig config;
  @Inject InferenceConfig inference;
  @Inject ChatActivity chat;
  @Inject Publications publications;
  @Inject GateConfig thresholds;

  @BeforeEach
  void thereArePairs() {
    ScriptedRounds.importPairs();
  }

  @Test
  void aRoundRestsWithItsServerAndGoesOnWithTheNext() throws Exception {
    String id = atWork();
    runner.rest(new ShutdownEvent());
    assertThat(rounds.get(id).state()).isEqualTo(RoundState.POLICY);
    assertThat(rounds.get(id).progress()).isNull();

    runner.goOn(new StartupEvent());
    assertThat(ended(id).state()).isEqualTo(RoundState.PUBLISHED);
    releases.rollback(null, "test");
  }

  @Test
  void aServerThatDiedBehindAPublicationOnlyWritesItDown() throws Exception {
    String parent = versions.active();
    String id = atWork();
    runner.cancel(log.number(id));
    rounds.resume(id, "test");
    Round published = ended(id);
    assertThat(published.state()).isEqualTo(RoundState.PUBLISHED);

    // As it is between the commit of the publication and the last state.
    long number = log.number(id);
    log.enter(number, RoundState.GATE, null);
    runner.goOn(new StartupEvent());
    assertThat(ended(id).version()).isEqualTo(published.version());
    assertThat(versions.active()).isEqualTo(published.version());
    assertThat(releases.rollback(null, "test").id()).isEqualTo(parent);
  }

  @Test
  void aServerThatDiedBehindARollbackLetsTheNextOneWriteItDown() throws Exception {
    String id = atWork();
    runner.cancel(log.number(id));
    rounds.resume(id, "test");
    assertThat(ended(id).state()).isEqualTo(RoundState.PUBLISHED);
    versions.rollback("test", "it went too fast");
    audit.record("test", "round-cancel", "r0", null, null, "at the same time");
    assertThat(rounds.get(id).state()).isEqualTo(RoundState.PUBLISHED);

    releases.followAuditAtStart(new StartupEvent());
    assertThat(rounds.get(id).state()).isEqualTo(RoundState.ROLLED_BACK);
    assertThat(rounds.get(id).why()).isEqualTo("it went too fast");
  }

  @Test
  void aVersionThatAnswersAgainIsPublishedAgain() throws Exception {
    String first = published();
    String second = published();
    String newest = rounds.get(second).version();
    releases.rollback("not this one", "test");
    releases.rollback("nor that one", "test");
    assertThat(rounds.get(first).state()).isEqualTo(RoundState.ROLLED_BACK);

    releases.publish(newest, false, null, "test");
    assertThat(rounds.get(second).state()).isEqualTo(RoundState.PUBLISHED);
    assertThat(releases.rollback(null, "test").id()).isEqualTo(rounds.get(first).version());
    assertThat(rounds.get(first).state()).isEqualTo(RoundState.PUBLISHED);
    releases.rollback(null, "test");
  }

  @Test
  void aCandidateWhoseParentAnswersNoMoreWaitsForAPerson() throws Exception {
    String parent = rounds.get(published()).version();
    String id = atWork();
    runner.cancel(log.number(id));
    String active = releases.rollback("it is rude", "test").id();
    rounds.resume(id, "test");
    Round waiting = ended(id);
    assertThat(waiting.state()).isEqualTo(RoundState.NEEDS_HUMAN);
    assertThat(waiting.why())
        .isEqualTo("it was measured against %s, but meanwhile %s answers", parent, active);
    assertThat(versions.active()).isEqualTo(active);
  }

  @Test
  void whatWasJudgedIsNotJudgedAnew() throws Exception {
    String id = ended(start(ScriptedWorkers.NEEDS_HUMAN)).id();
    assertThat(rounds.get(id).state()).isEqualTo(RoundState.NEEDS_HUMAN);

    // As if the thresholds had been others, and the server had died behind its judgement.
    var folder = RoundFolder.of(config.data(), log.number(id));
    var judged = RoundFolder.read(folder.verdict(), GateReport.class).orElseThrow();
    RoundFolder.write(
        folder.verdict(), new GateReport(GateReport.Decision.REFUSED, judged.checks()));
    log.enter(log.number(id), RoundState.GATE, null);
    runner.goOn(new StartupEvent());
    assertThat(ended(id).state()).isEqualTo(RoundState.REFUSED);
  }

  @Test
  void theNextServerGoesOnOnceWithARoundWhoseWorkerDiedWithoutAWord() throws Exception {
    String id = ended(start(ScriptedWorkers.DIES)).id();
    assertThat(rounds.get(id).state()).isEqualTo(RoundState.FAILED);
    runner.goOn(new StartupEvent());
    assertThat(ended(id).state()).isEqualTo(RoundState.PUBLISHED);
    releases.rollback(null, "test");

    id = ended(start(ScriptedWorkers.DIES_AGAIN)).id();
    assertThat(deaths(id)).isEqualTo(1);
    runner.goOn(new StartupEvent());
    assertThat(ended(id).state()).isEqualTo(RoundState.FAILED);
    assertThat(deaths(id)).isEqualTo(2);
    runner.goOn(new StartupEvent());
    assertThat(rounds.get(id).state()).isEqualTo(RoundState.FAILED);

    rounds.resume(id, "test");
    ended(id);
    runner.goOn(new StartupEvent());
    ended(id);
    assertThat(deaths(id)).isEqualTo(4);
  }

  @Test
  void theNextServerLeavesARoundAloneWhoseWorkerSaidWhyItFailed() throws Exception {
    String id = ended(start(ScriptedWorkers.DIVERGES)).id();
    runner.goOn(new StartupEvent());
    assertThat(rounds.get(id).state()).isEqualTo(RoundState.FAILED);
  }

  @Test
  void aRoundThatMakesNoPolicyIsDone() throws Exception {
    var order =
        new Rounds.Order(
            Optional.of(PlanDraft.named("rm")),
            Map.of(),
            Set.of(PairSource.IMPORTED),
            Optional.empty());
    Round round = ended(rounds.start(order, "test").id());
    assertThat(round.state()).isEqualTo(RoundState.DONE);
    assertThat(round.why()).contains("rm-scripted");
    assertThat(round.version()).isNull();
  }

  @Test
  void anErrorFailsTheRoundWithItsWords() throws Exception {
    Round round = ended(start(ScriptedWorkers.IS_MISSING));
    assertThat(round.state()).isEqualTo(RoundState.FAILED);
    assertThat(round.why()).contains("NoClassDefFoundError", "dev/hone/Gone");
  }

  @Test
  void aRoundThatNobodyWorksOnCanBeCancelled() throws Exception {
    String id = abandoned();
    assertThat(rounds.cancel(id, "test").state()).isEqualTo(RoundState.CANCELLED);
  }

  @Test
  void aRoundThatNobodyWorksOnCanBeResumed() throws Exception {
    String id = abandoned();
    rounds.resume(id, "test");
    assertThat(ended(id).state()).isEqualTo(RoundState.FAILED);
    assertThat(audit.list(1).getFirst().action()).isEqualTo("round-resume");
  }

  @Test
  void aCancelDoesNotWaitForTheModel() throws Exception {
    String id = atWork();
    runner.rest(new ShutdownEvent());
    var silent = new ChatActivity(new ScriptedModelHost(inference, versions), config);
    var loading = new RoundRunner(new RoundSteps(log, jobs, workers, gate, silent, config), config);
    loading.launch(log.number(id));

    loading.cancel(log.number(id));
    assertThat(rounds.get(id).state()).isEqualTo(RoundState.CANCELLED);
  }

  @Test
  void withoutTheMemoryForItARoundFailsBeforeItsFirstStep() throws Exception {
    String id = abandoned();
    int steps = rounds.curve(id).size();
    var poor = with(Map.of("HONE_LOOP_REQUIRED_MEMORY", "1P"));
    new RoundRunner(new RoundSteps(log, jobs, workers, gate, chat, poor), poor)
        .launch(log.number(id));

    Round failed = ended(id);
    assertThat(failed.state()).isEqualTo(RoundState.FAILED);
    assertThat(failed.why()).contains("too little memory", "hone.loop.required-memory");
    assertThat(rounds.curve(id)).hasSize(steps);
  }

  @Test
  void whatASettingNamesIsLookedForBeforeThereIsARound() {
    int before = rounds.list().size();
    var order =
        new Rounds.Order(
            Optional.of(PlanDraft.named("ppo")),
            Map.of("reward", "rm-r9-0123abcd"),
            Set.of(PairSource.IMPORTED),
            Optional.empty());
    assertThatThrownBy(() -> rounds.start(order, "test"))
        .isInstanceOfSatisfying(
            RoundException.class,
            e -> assertThat(e.reason()).isEqualTo(RoundException.Reason.INVALID_SETTING))
        .hasMessage("stage ppo: reward: There is no reward model 'rm-r9-0123abcd'.");
    assertThat(rounds.list()).hasSize(before);
  }

  @Test
  void aRefusedCandidateWaitsForAnOperator() throws Exception {
    String parent = versions.active();
    String id = ended(start(ScriptedWorkers.NEEDS_HUMAN)).id();
    var folder = RoundFolder.of(config.data(), log.number(id));
    var judged = RoundFolder.read(folder.verdict(), GateReport.class).orElseThrow();
    RoundFolder.write(
        folder.verdict(), new GateReport(GateReport.Decision.REFUSED, judged.checks()));
    var keeping = new GateStep(log, publications, versions, thresholds, with(Map.of()));
    keeping.pass(log.number(id), folder);
    String version = rounds.get(id).version();
    assertThat(rounds.get(id).state()).isEqualTo(RoundState.REFUSED);

    assertThatThrownBy(() -> releases.publish(version, false, null, "test"))
        .isInstanceOfSatisfying(
            RoundException.class,
            e -> assertThat(e.reason()).isEqualTo(RoundException.Reason.NOT_APPROVED));
    releases.publish(version, true, "read all of it", "test");
    assertThat(versions.active()).isEqualTo(version);
    assertThat(rounds.get(id).state()).isEqualTo(RoundState.PUBLISHED);
    assertThat(releases.rollback("no", "test").id()).isEqualTo(parent);
    assertThat(rounds.get(id).state()).isEqualTo(RoundState.ROLLED_BACK);
  }

  private LoopConfig with(Map<String, String> environment) {
    return LoopConfigTest.with(config.data(), config.models(), environment);
  }

  private int deaths(String id) throws IOException {
    var folder = RoundFolder.of(config.data(), log.number(id));
    return Files.readAllLines(folder.path().resolve("deaths")).size();
  }

  /** A round that runs by its row, but whose thread has ended. */
  private String abandoned() throws Exception {
    String id = ended(start(ScriptedWorkers.DIVERGES)).id();
    log.enter(log.number(id), RoundState.POLICY, null);
    return id;
  }

  private String published() throws Exception {
    Round round = ended(start(ScriptedWorkers.PASSES));
    assertThat(round.state()).isEqualTo(RoundState.PUBLISHED);
    return round.id();
  }

  /** A round whose worker is at work. */
  private String atWork() throws Exception {
    String id = start(ScriptedWorkers.WAITS);
    await().atMost(Duration.ofSeconds(60)).until(() -> rounds.get(id).progress() != null);
    return id;
  }

  private String start(int scenario) throws Exception {
    var order =
        new Rounds.Order(
            Optional.of(PlanDraft.named("dpo")),
            Map.of("seed", "" + scenario),
            Set.of(PairSource.IMPORTED),
            Optional.empty());
    return rounds.start(order, "test").id();
  }

  private Round ended(String id) {
    await().atMost(Duration.ofSeconds(60)).until(() -> rounds.get(id).endedAt() != null);
    return rounds.get(id);
  }
}
