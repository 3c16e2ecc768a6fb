package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.registry.ActiveChanged;
import dev.hone.registry.ActiveChanging;
import dev.hone.registry.UnknownModelException;
import dev.hone.registry.VersionView;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelHostTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final CompletableFuture<LoadedBase> loading = new CompletableFuture<>();
  private final ScriptedLanes lanes =
      new ScriptedLanes("base", 2, 40, null, (version, _) -> said(version));
  private volatile String active = "base";
  private final ModelHost host =
      new ModelHost(loading::join, () -> {}, () -> active, ModelHostTest::known, PATIENCE);

  @AfterEach
  void stop() throws InterruptedException {
    loading.complete(lanes.loaded(4));
    host.stop(new ShutdownEvent());
  }

  @Test
  void whileLoadingItIsNotReady() {
    host.start(new StartupEvent());
    assertThat(host.ready()).isFalse();
    assertThat(host.failure()).isEmpty();
    assertThatThrownBy(host::engine).isInstanceOf(ModelLoadingException.class);
  }

  @Test
  void whoeverStopsEndsALoadingThatGoesOn() throws InterruptedException {
    var begun = new CompletableFuture<Void>();
    var stopped = new CompletableFuture<Void>();
    var other =
        new ModelHost(
            () -> {
              begun.complete(null);
              stopped.join();
              throw new CancellationException("it ends");
            },
            () -> stopped.complete(null),
            () -> active,
            ModelHostTest::known,
            Duration.ofMinutes(5));
    other.start(new StartupEvent());
    begun.join();
    other.stop(new ShutdownEvent());
    await(() -> other.failure().isPresent());
    assertThat(other.failure()).get().isInstanceOf(EngineStoppedException.class);
    assertThat(other.ready()).isFalse();
  }

  @Test
  void onceLoadedItServesTheBaseAndItsVersions() throws InterruptedException {
    startWith("base");
    assertThat(host.model("base").version()).isEqualTo("base");
    assertThat(host.model("r1-a").version()).isEqualTo("r1-a");
    assertThat(answer("base")).isEqualTo("b");
    assertThat(answer("r1-a")).isEqualTo("r");
    for (String other : List.of("unheard-of", "of-another-base")) {
      assertThatThrownBy(() -> host.model(other)).isInstanceOf(UnknownModelException.class);
    }
    host.stop(new ShutdownEvent());
    assertThat(lanes.closed).isTrue();
  }

  @Test
  void whoeverDrainsIsNotReadyForMore() {
    startWith("base");
    assertThat(host.ready()).isTrue();
    host.drain();
    assertThat(host.ready()).isFalse();
  }

  @Test
  void theActiveVersionIsLoadedBeforeItIsReady() {
    var loaded = new CompletableFuture<String>();
    lanes.onLoad =
        version -> {
          if (version.equals("r1-a")) {
            loaded.complete(version);
          }
        };
    startWith("r1-a");
    assertThat(loaded).isCompletedWithValue("r1-a");
    assertThat(answer("r1-a")).isEqualTo("r");
  }

  @Test
  void aVersionIsLoadedOnceForAllWhoAskAndOthersAreServedMeanwhile() {
    var go = new CountDownLatch(1);
    var loads = new AtomicInteger();
    startWith("base");
    lanes.onLoad =
        _ -> {
          loads.incrementAndGet();
          await(go);
        };
    var asked =
        List.of(1, 2, 3).stream()
            .map(_ -> CompletableFuture.supplyAsync(() -> host.model("r1-a")))
            .toList();
    await(() -> loads.get() == 1);
    assertThat(answer("base")).isEqualTo("b");
    assertThat(asked).noneMatch(CompletableFuture::isDone);
    go.countDown();
    asked.forEach(model -> assertThat(model.join().version()).isEqualTo("r1-a"));
    assertThat(loads).hasValue(1);
  }

  @Test
  void aVersionThatFailedToLoadIsTriedAgain() {
    startWith("base");
    var cause = new IllegalStateException("no such file");
    lanes.onLoad = failing(cause);
    assertThatThrownBy(() -> host.model("r1-a")).isSameAs(cause);
    lanes.onLoad = _ -> {};
    assertThat(host.model("r1-a").version()).isEqualTo("r1-a");
  }

  @Test
  void whatCannotBeLoadedIsKeptFromBecomingActive() {
    startWith("base");
    var cause = new IllegalStateException("no such file");
    lanes.onLoad = failing(cause);
    assertThatThrownBy(() -> host.activeChanges(new ActiveChanging("r1-a"))).isSameAs(cause);
    assertThat(host.ready()).isTrue();
  }

  @Test
  void withABrokenActiveVersionItSaysSoServesTheOthersAndRecovers() {
    var cause = new IllegalStateException("no such file");
    lanes.onLoad =
        version -> {
          if (!version.equals("base")) {
            throw cause;
          }
        };
    active = "r1-a";
    host.start(new StartupEvent());
    loading.complete(lanes.loaded(4));
    await(() -> host.failure().isPresent());
    assertThat(host.failure()).contains(cause);
    assertThat(host.ready()).isFalse();
    assertThat(answer("base")).isEqualTo("b");
    host.activeChanges(new ActiveChanging("base"));
    host.activeChanged(new ActiveChanged("r1-a", "base"));
    assertThat(host.ready()).isTrue();
  }

  @Test
  void ofABaseThatDoesNotWorkNothingStays() {
    var cause = new IllegalStateException("no memory is left");
    lanes.onLoad = failing(cause);
    host.start(new StartupEvent());
    var loaded = lanes.loaded(4);
    loading.complete(loaded);
    await(() -> host.failure().isPresent());
    assertThat(host.failure()).contains(cause);
    assertThat(lanes.closed).isTrue();
    lanes.onLoad = _ -> {};
    assertThatThrownBy(() -> loaded.open("base", Optional.empty()))
        .isInstanceOf(EngineStoppedException.class);
  }

  @Test
  void aFailureStaysKnown() {
    var cause = new IllegalStateException("no such folder");
    host.start(new StartupEvent());
    loading.completeExceptionally(cause);
    await(() -> host.failure().isPresent());
    assertThat(host.failure()).contains(cause);
    assertThatThrownBy(host::engine).hasRootCause(cause);
  }

  private void startWith(String version) {
    active = version;
    host.start(new StartupEvent());
    loading.complete(lanes.loaded(4));
    await(host::ready);
  }

  private String answer(String version) {
    var answer = new Answer();
    host.engine()
        .submit(
            new GenerationRequest(
                host.model(version).version(),
                new int[] {'?'},
                new SamplingParams(0, 1, 0, 1, 1, List.of())),
            answer);
    return answer.text();
  }

  private static float[] said(String version) {
    return FixedLogitsRunner.certain(version.charAt(0), ByteTokenizer.VOCABULARY);
  }

  private static Optional<VersionView> known(String id) {
    return switch (id) {
      case "base" -> Optional.of(new VersionView(id, id, null, null, null, true, Instant.EPOCH));
      case "r1-a" -> Optional.of(version(id, "base"));
      case "of-another-base" -> Optional.of(version(id, "another"));
      default -> Optional.empty();
    };
  }

  private static VersionView version(String id, String base) {
    return new VersionView(id, base, base, "r1", "0".repeat(64), false, Instant.EPOCH);
  }

  private static Consumer<String> failing(RuntimeException cause) {
    return _ -> {
      throw cause;
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }
}
