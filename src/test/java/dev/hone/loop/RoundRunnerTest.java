package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.api.ScriptedRounds;
import dev.hone.preference.PairSource;
import dev.hone.registry.Versions;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
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

  @BeforeEach
  void thereArePairs() {
    ScriptedRounds.importPairs();
  }

  @Test
  void aRoundRestsWithItsServerAndGoesOnWithTheNext() throws Exception {
    String id = start();
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
    String id = start();
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
    String id = start();
    runner.cancel(log.number(id));
    rounds.resume(id, "test");
    assertThat(ended(id).state()).isEqualTo(RoundState.PUBLISHED);
    versions.rollback("test", "it went too fast");
    assertThat(rounds.get(id).state()).isEqualTo(RoundState.PUBLISHED);

    releases.followAuditAtStart(new StartupEvent());
    assertThat(rounds.get(id).state()).isEqualTo(RoundState.ROLLED_BACK);
    assertThat(rounds.get(id).why()).isEqualTo("it went too fast");
  }

  /** A round whose worker is at work. */
  private String start() throws Exception {
    String id =
        rounds
            .start(
                "dpo",
                Map.of("seed", "" + ScriptedWorkers.WAITS),
                Set.of(PairSource.IMPORTED),
                "test")
            .id();
    await().atMost(Duration.ofSeconds(60)).until(() -> rounds.get(id).progress() != null);
    return id;
  }

  private Round ended(String id) {
    await().atMost(Duration.ofSeconds(60)).until(() -> rounds.get(id).endedAt() != null);
    return rounds.get(id);
  }
}
