package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.registry.UnknownModelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VersionLanesTest {
  private final TooLittleMemoryException tooLittle =
      TooLittleMemoryException.onGpu("new", 1 << 20, new IllegalStateException());

  private final List<String> loads = new ArrayList<>();
  private final ScriptedLanes source =
      new ScriptedLanes(
          "base", 1, 8, null, (_, _) -> FixedLogitsRunner.certain('x', ByteTokenizer.VOCABULARY));
  private final LoadedBase loaded = source.loaded(1);
  private long now;
  private final VersionLanes lanes = new VersionLanes(loaded, Runnable::run, () -> now);

  @BeforeEach
  void theBaseAndAnActiveVersion() {
    source.onLoad = loads::add;
    lanes.activate("active");
    load("base");
    load("active");
  }

  @AfterEach
  void stop() {
    loaded.engine().drain(Duration.ofSeconds(5));
    lanes.close();
    assertThat(source.closed).isTrue();
  }

  @Test
  void whoWasAskedForLongestAgoMakesPlace() {
    loadSpares();
    pass(VersionLanes.IN_USE.plusSeconds(1));
    lanes.find("s0");
    load("new");
    assertThat(lanes.find("s1")).isEmpty();
    assertThatThrownBy(() -> submit("s1")).isInstanceOf(UnknownModelException.class);
    for (String kept : List.of("base", "active", "s0", "s2", "s3", "new")) {
      assertThat(lanes.find(kept)).isPresent();
      assertThat(submit(kept)).isEqualTo("x");
    }
    pass(VersionLanes.IN_USE.plusSeconds(1));
    load("s1");
    assertThat(submit("s1")).isEqualTo("x");
  }

  @Test
  void whoMayBeAboutToSubmitKeepsItsPlace() {
    loadSpares();
    assertThatThrownBy(() -> load("new")).isInstanceOf(EngineBusyException.class);
    assertThat(loads).doesNotContain("new");
    lanes.load("new", Optional.empty(), true);
    assertThat(submit("new")).isEqualTo("x");
  }

  @Test
  void whatBecomesActiveStaysAndWhatWasActiveMayGo() {
    loadSpares();
    pass(VersionLanes.IN_USE.plusSeconds(1));
    lanes.activate("s0");
    load("new");
    load("newer");
    assertThat(lanes.find("s0")).isPresent();
    assertThat(lanes.find("active")).isEmpty();
    assertThat(lanes.find("base")).isPresent();
  }

  @Test
  void whoHasWeightsOfItsOwnAndNobodyUsesGivesItsMemoryToTheNext() {
    source.ownWeights.addAll(List.of("s0", "s1", "active"));
    for (String spare : List.of("s0", "s1", "s2")) {
      load(spare);
    }
    failsToLoad(2);
    assertThatThrownBy(() -> lanes.load("new", Optional.empty(), true)).isSameAs(tooLittle);
    pass(VersionLanes.IN_USE.plusSeconds(1));
    lanes.find("s1");
    load("new");
    assertThat(loads).endsWith("new", "new", "new");
    assertThatThrownBy(() -> submit("s0")).isInstanceOf(UnknownModelException.class);
    for (String kept : List.of("active", "s1", "s2", "new")) {
      assertThat(submit(kept)).isEqualTo("x");
    }
  }

  /** The next loads find too little memory. */
  private void failsToLoad(int times) {
    int until = loads.size() + times;
    source.onLoad =
        version -> {
          loads.add(version);
          if (loads.size() <= until) {
            throw tooLittle;
          }
        };
  }

  @Test
  void nothingIsLoadedOnceTheServerStops() {
    var stopping =
        new VersionLanes(
            loaded,
            _ -> {
              throw new RejectedExecutionException("shut down");
            },
            () -> now);
    assertThatThrownBy(() -> stopping.load("late", Optional.empty(), false))
        .isInstanceOf(EngineStoppedException.class);
    assertThat(stopping.find("late")).isEmpty();
  }

  /** One second apart. */
  private void loadSpares() {
    for (int i = 0; i < VersionLanes.SPARE; i++) {
      load("s" + i);
      pass(Duration.ofSeconds(1));
    }
  }

  private void load(String version) {
    assertThat(lanes.load(version, Optional.empty(), false).version()).isEqualTo(version);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private String submit(String version) {
    var answer = new Answer();
    var params = new SamplingParams(0, 1, 0, 1, 1, List.of());
    loaded.engine().submit(new GenerationRequest(version, new int[] {'?'}, params), answer);
    return answer.text();
  }
}
