package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.registry.UnknownModelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several versions in one engine; each says its own letter. */
class LanesTest {
  private static final int WINDOW = 64;

  private final CountDownLatch go = new CountDownLatch(1);
  private final List<FixedLogitsRunner> runners = new ArrayList<>();
  private InferenceEngine engine = engine(new EngineLimits(8, 4, 16, 2));

  @AfterEach
  void stop() {
    go.countDown();
    engine.drain(Duration.ofSeconds(10));
    assertThat(runners).allSatisfy(runner -> assertThat(runner.closed).isTrue());
  }

  @Test
  void eachRequestIsAnsweredByItsVersionInTheSameSteps() {
    open("a", 'a');
    open("b", 'b');
    var answers = List.of(submit("a", 9), submit("b", 9), submit("a", 9), submit("b", 9));
    go.countDown();
    assertThat(answers.stream().map(Answer::text))
        .containsExactly("aaaaaaaaa", "bbbbbbbbb", "aaaaaaaaa", "bbbbbbbbb");
    assertThat(runners).allSatisfy(runner -> assertThat(runner.batches).contains(2));
  }

  @Test
  void aVersionThatIsNotServedIsUnknown() {
    open("a", 'a');
    assertThatThrownBy(() -> submit("b", 1)).isInstanceOf(UnknownModelException.class);
  }

  @Test
  void theBatchIsBoundedOverAllVersions() {
    var most = new AtomicInteger();
    open("a", note(most, 'a'));
    open("b", note(most, 'b'));
    var answers = new ArrayList<Answer>();
    for (int i = 0; i < 4; i++) {
      answers.add(submit("a", 20));
      answers.add(submit("b", 20));
    }
    go.countDown();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.text()).hasSize(20));
    assertThat(most).hasValue(4);
  }

  @Test
  void aCrowdForOneVersionNeitherShutsOutNorOvertakesAnother() {
    replace(new EngineLimits(8, 1, 16, 2));
    var ended = Collections.synchronizedList(new ArrayList<String>());
    open("a", 'a');
    open("b", 'b');
    var answers = new ArrayList<Answer>();
    assertThatThrownBy(
            () -> {
              while (true) {
                answers.add(submit("a", 3, ended));
              }
            })
        .isInstanceOf(EngineBusyException.class);
    answers.add(submit("b", 3, ended));
    go.countDown();
    answers.forEach(Answer::text);
    assertThat(ended).startsWith("a", "b", "a", "a");
    assertThat(ended).hasSizeBetween(9, 10);
  }

  @Test
  void aFailureEndsTheRequestsOfItsVersionOnly() {
    var cause = new IllegalStateException("the adapter broke");
    open("a", 'a');
    open(
        "b",
        _ -> {
          await(go);
          throw cause;
        });
    var running = submit("a", 30);
    var failing = List.of(submit("b", 30), submit("b", 30), submit("b", 30));
    go.countDown();
    assertThat(failing)
        .allSatisfy(answer -> assertThat(answer.end()).isEqualTo(new TokenEvent.Failed(cause)));
    assertThat(running.text()).isEqualTo("a".repeat(30));
    assertThat(submit("a", 2).text()).isEqualTo("aa");
  }

  @Test
  void aRetiredVersionFinishesWhatItHasThenItsRunnerIsClosed() {
    open("a", 'a');
    open("b", 'b');
    var answers = List.of(submit("b", 30), submit("b", 30), submit("b", 30));
    engine.retire("b");
    assertThatThrownBy(() -> submit("b", 1)).isInstanceOf(UnknownModelException.class);
    assertThat(runners.get(1).closed).isFalse();
    go.countDown();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.text()).hasSize(30));
    awaitClosed(runners.get(1));
    assertThat(submit("a", 2).text()).isEqualTo("aa");
    open("b", 'c');
    assertThat(submit("b", 2).text()).isEqualTo("cc");
  }

  @Test
  void anIdleVersionThatRetiresIsClosedAtOnce() {
    open("a", 'a');
    engine.retire("a");
    awaitClosed(runners.getFirst());
  }

  @Test
  void whoNeedsMemoryGetsThatOfTheOthers() {
    open("a", _ -> FixedLogitsRunner.certain('a', ByteTokenizer.VOCABULARY));
    open("b", 'b');
    assertThat(submit("a", 2).text()).isEqualTo("aa");
    runners.get(1).memory = 0;
    var two = List.of(submit("b", 20), submit("b", 20));
    assertThat(runners.get(0).trims).isEmpty();
    go.countDown();
    two.forEach(answer -> assertThat(answer.text()).hasSize(20));
    assertThat(runners.get(0).trims).containsOnly(0).isNotEmpty();
  }

  @Test
  void aStoppedEngineOpensNothing() {
    engine.drain(Duration.ofSeconds(10));
    assertThatThrownBy(() -> open("late", 'l')).isInstanceOf(EngineStoppedException.class);
  }

  private void replace(EngineLimits limits) {
    engine.drain(Duration.ofSeconds(10));
    engine = engine(limits);
  }

  private static InferenceEngine engine(EngineLimits limits) {
    return new InferenceEngine(ByteTokenizer::new, new int[] {ByteTokenizer.END}, limits);
  }

  private void open(String version, char letter) {
    open(
        version,
        _ -> {
          await(go);
          return FixedLogitsRunner.certain(letter, ByteTokenizer.VOCABULARY);
        });
  }

  private void open(String version, Function<int[], float[]> network) {
    var runner = new FixedLogitsRunner(4, WINDOW, network);
    runners.add(runner);
    engine.open(version, runner);
  }

  private Function<int[], float[]> note(AtomicInteger most, char letter) {
    return _ -> {
      await(go);
      most.accumulateAndGet(engine.running(), Math::max);
      return FixedLogitsRunner.certain(letter, ByteTokenizer.VOCABULARY);
    };
  }

  private Answer submit(String version, int maxNewTokens) {
    return submit(version, maxNewTokens, new ArrayList<>());
  }

  private Answer submit(String version, int maxNewTokens, List<String> ended) {
    var answer = new Answer();
    var params = new SamplingParams(0, 1, 0, 1, maxNewTokens, List.of());
    engine.submit(
        new GenerationRequest(version, ByteTokenizer.encode("?"), params),
        event -> {
          if (event instanceof TokenEvent.Finished) {
            ended.add(version);
          }
          answer.accept(event);
        });
    return answer;
  }

  private static void awaitClosed(FixedLogitsRunner runner) {
    while (!runner.closed) {
      Thread.onSpinWait();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
