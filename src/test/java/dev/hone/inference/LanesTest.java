package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.registry.UnknownModelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several versions in one engine; each says its own letter. */
class LanesTest {
  private static final int WINDOW = 64;

  private final CountDownLatch go = new CountDownLatch(1);
  private final List<Function<int[], float[]>> versions = new CopyOnWriteArrayList<>();
  private FixedLogitsRunner runner;
  private InferenceEngine engine = engine(new EngineLimits(8, 4, 16, 2));

  @AfterEach
  void stop() {
    go.countDown();
    engine.drain(Duration.ofSeconds(10));
    assertThat(runner.closed).isTrue();
  }

  @Test
  void eachRequestIsAnsweredByItsVersionInTheSamePasses() {
    open("a", 'a');
    open("b", 'b');
    var answers = List.of(submit("a", 9), submit("b", 9), submit("a", 9), submit("b", 9));
    go.countDown();
    assertThat(answers.stream().map(Answer::text))
        .containsExactly("aaaaaaaaa", "bbbbbbbbb", "aaaaaaaaa", "bbbbbbbbb");
    assertThat(runner.batches).contains(4);
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
  void aFailureOfTheOnePassIsThatOfEveryVersionAndTheEngineGoesOn() {
    var cause = new IllegalStateException("the adapter broke");
    open("a", 'a');
    open(
        "b",
        _ -> {
          await(go);
          throw cause;
        });
    var all = List.of(submit("a", 30), submit("b", 30), submit("a", 30), submit("b", 30));
    go.countDown();
    assertThat(all)
        .allSatisfy(answer -> assertThat(answer.end()).isEqualTo(new TokenEvent.Failed(cause)));
    assertThat(submit("a", 2).text()).isEqualTo("aa");
  }

  @Test
  void aRetiredVersionFinishesWhatItHasThenTheRunnerIsTold() {
    open("a", 'a');
    open("b", 'b');
    var answers = List.of(submit("b", 30), submit("b", 30), submit("b", 30));
    engine.retire("b");
    assertThatThrownBy(() -> submit("b", 1)).isInstanceOf(UnknownModelException.class);
    assertThat(runner.retired).isEmpty();
    go.countDown();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.text()).hasSize(30));
    awaitRetired(1);
    assertThat(submit("a", 2).text()).isEqualTo("aa");
    open("b", 'c');
    assertThat(submit("b", 2).text()).isEqualTo("cc");
  }

  @Test
  void whoRunsWhenItsNameIsGivenToAnotherFinishesAsItBegan() {
    open("a", 'a');
    var first = submit("a", 30);
    engine.retire("a");
    open("a", 'z');
    var second = submit("a", 30);
    go.countDown();
    assertThat(first.text()).isEqualTo("a".repeat(30));
    assertThat(second.text()).isEqualTo("z".repeat(30));
  }

  @Test
  void anIdleVersionThatRetiresGoesAtOnce() {
    open("a", 'a');
    engine.retire("a");
    awaitRetired(0);
  }

  @Test
  void whenMemoryRunsOutTheLastOneWaitsWhateverItsVersion() {
    open("a", 'a');
    open("b", 'b');
    runner.memory = 70;
    var first = submit("a", 40);
    var second = submit("b", 40);
    go.countDown();
    assertThat(first.text()).isEqualTo("a".repeat(40));
    assertThat(second.text()).isEqualTo("b".repeat(40));
    assertThat(engine.preemptions()).isEqualTo(1);
    assertThat(runner.batches).contains(2);
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

  private InferenceEngine engine(EngineLimits limits) {
    runner =
        new FixedLogitsRunner(4, WINDOW, (number, tokens) -> versions.get(number).apply(tokens));
    return new InferenceEngine(runner, ByteTokenizer::new, new int[] {ByteTokenizer.END}, limits);
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
    versions.add(network);
    engine.open(version, versions.size() - 1);
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

  private void awaitRetired(int number) {
    while (!runner.retired.contains(number)) {
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
