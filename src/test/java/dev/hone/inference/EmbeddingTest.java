package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.registry.UnknownModelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
  private static final int WINDOW = 64;
  private static final int QUEUE = 4;

  private final CountDownLatch go = new CountDownLatch(1);
  private InferenceEngine engine;
  private FixedLogitsRunner runner;

  @AfterEach
  void stop() {
    go.countDown();
    engine.drain(Duration.ofSeconds(10));
    assertThat(runner.closed).isTrue();
    assertThat(runner.openReadings).hasValue(0);
  }

  @Test
  void vectorsComeInTheOrderOfTheirTexts() {
    start(EmbeddingTest::first);
    var vectors = embed("cat", "a dog", "bird").join();
    assertThat(vectors).hasSize(3);
    assertThat(vectors.get(0)['c']).isOne();
    assertThat(vectors.get(1)['a']).isOne();
    assertThat(vectors.get(2)['b']).isOne();
  }

  @Test
  void eachVersionMakesItsOwnVectors() {
    start((version, tokens) -> first(new int[] {tokens[0] + version}));
    engine.open("next", 1);
    var base = embed("a", "b");
    var next = embedBy("next", "a", "b");
    assertThat(base.join().getFirst()['a']).isOne();
    assertThat(base.join().getLast()['b']).isOne();
    assertThat(next.join().getFirst()['b']).isOne();
    assertThat(next.join().getLast()['c']).isOne();
  }

  @Test
  void aLongListLetsAnAnswerThroughAndTheAnswerTheList() {
    start(behindTheGate(EmbeddingTest::first));
    var held = new Answer();
    engine.submit(request("x", 1), held);
    var list = embed(texts(100));
    var answer = new Answer();
    engine.submit(request("y", 20), answer);
    var readingsAtTheEnd = new CompletableFuture<Integer>();
    engine.submit(
        request("z", 20),
        event -> {
          if (!(event instanceof TokenEvent.Token)) {
            readingsAtTheEnd.complete(runner.readings.size());
          }
        });
    go.countDown();
    assertThat(answer.ids()).hasSize(20);
    assertThat(readingsAtTheEnd.join()).isBetween(10, 40);
    assertThat(list.join()).hasSize(100);
  }

  @Test
  void requestsTakeTurnsTextByText() {
    start(behindTheGate(EmbeddingTest::first));
    engine.submit(request("x", 1), new Answer());
    var one = embed("a1", "a2", "a3");
    var other = embed("b1", "b2");
    go.countDown();
    one.join();
    other.join();
    assertThat(runner.readings.stream().map(EmbeddingTest::text))
        .containsExactly("a1", "b1", "a2", "b2", "a3");
  }

  @Test
  void aTextOfTheWholeWindowIsMadeInPartsAndALongerOneIsRefused() {
    start(EmbeddingTest::first);
    assertThat(embed("w".repeat(WINDOW)).join()).hasSize(1);
    assertThatThrownBy(() -> embed("short", "w".repeat(WINDOW + 1)))
        .isInstanceOf(ContextLengthExceededException.class)
        .hasMessage("the text has 65 tokens and the model's context window is 64");
  }

  @Test
  void whatFailsEndsItsOwnRequestAlone() {
    var cause = new IllegalStateException("the network broke");
    start(
        tokens -> {
          if (tokens[0] == '!') {
            throw cause;
          }
          return first(tokens);
        });
    var broken = embed("fine", "!", "never");
    var whole = embed("fine");
    assertThat(whole.join()).hasSize(1);
    assertThatThrownBy(broken::join).isInstanceOf(CompletionException.class).hasCause(cause);
    var answer = new Answer();
    engine.submit(request("ok", 3), answer);
    assertThat(answer.text()).isEqualTo("ooo");
  }

  @Test
  void aCancelledRequestGivesUpItsPlace() {
    var steps = new Semaphore(0);
    start(
        tokens -> {
          steps.acquireUninterruptibly();
          return first(tokens);
        });
    var cancelled = embed(texts(50));
    cancelled.cancel(false);
    steps.release(5);
    assertThat(embed("other").join()).hasSize(1);
    steps.release(100);
    assertThat(runner.readings).hasSizeLessThan(4);
  }

  @Test
  void aFullLineSaysWhenToComeBack() {
    start(behindTheGate(EmbeddingTest::first));
    var taken = new ArrayList<CompletableFuture<List<float[]>>>();
    assertThatThrownBy(() -> IntStream.range(0, 9).forEach(_ -> taken.add(embed("a", "b"))))
        .isInstanceOf(EngineBusyException.class);
    assertThat(taken).hasSize(QUEUE);
    go.countDown();
    assertThat(taken).allSatisfy(one -> assertThat(one.join()).hasSize(2));
  }

  @Test
  void aVersionThatRetiresMakesTheVectorsThatItTookOn() {
    start(behindTheGate(EmbeddingTest::first));
    var list = embed(texts(20));
    engine.retire("base");
    assertThatThrownBy(() -> embed("late")).isInstanceOf(UnknownModelException.class);
    assertThat(runner.retired).isEmpty();
    go.countDown();
    assertThat(list.join()).hasSize(20);
    engine.drain(Duration.ofSeconds(10));
    assertThat(runner.retired).containsExactly(ModelRunner.BASE);
  }

  @Test
  void drainingFinishesWhatWasTakenOnAndTakesNothingMore() {
    start(behindTheGate(EmbeddingTest::first));
    var list = embed(texts(20));
    go.countDown();
    engine.drain(Duration.ofSeconds(10));
    assertThat(list.join()).hasSize(20);
    assertThatThrownBy(() -> embed("late")).isInstanceOf(EngineStoppedException.class);
  }

  @Test
  void drainingLosesPatience() {
    start(untilThisThreadWaits());
    var list = embed("a", "b");
    engine.drain(Duration.ZERO);
    assertThat(list.exceptionNow()).isInstanceOf(EngineStoppedException.class);
  }

  @Test
  void drainingLosesPatienceWithAVersionThatRetires() {
    start(untilThisThreadWaits());
    var list = embed("a", "b");
    engine.retire("base");
    engine.drain(Duration.ZERO);
    assertThat(list.exceptionNow()).isInstanceOf(EngineStoppedException.class);
    assertThat(runner.retired).containsExactly(ModelRunner.BASE);
  }

  private static Function<int[], float[]> untilThisThreadWaits() {
    var waitsForTheEngine = Thread.currentThread();
    return tokens -> {
      while (waitsForTheEngine.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      return first(tokens);
    };
  }

  private void start(Function<int[], float[]> network) {
    start((_, tokens) -> network.apply(tokens));
  }

  private void start(BiFunction<Integer, int[], float[]> network) {
    runner = new FixedLogitsRunner(3, WINDOW, network);
    engine =
        new InferenceEngine(
            runner,
            ByteTokenizer::new,
            new int[] {ByteTokenizer.END},
            new EngineLimits(QUEUE, 3, 16, 2));
    engine.open("base", ModelRunner.BASE);
  }

  private Function<int[], float[]> behindTheGate(Function<int[], float[]> network) {
    return tokens -> {
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return network.apply(tokens);
    };
  }

  private CompletableFuture<List<float[]>> embed(String... texts) {
    return embedBy("base", texts);
  }

  private CompletableFuture<List<float[]>> embedBy(String version, String... texts) {
    return engine.embed(version, Arrays.stream(texts).map(ByteTokenizer::encode).toList());
  }

  private static String[] texts(int count) {
    return IntStream.range(0, count).mapToObj(i -> "" + i).toArray(String[]::new);
  }

  private static String text(int[] tokens) {
    return new String(tokens, 0, tokens.length);
  }

  private static GenerationRequest request(String prompt, int maxNewTokens) {
    return new GenerationRequest(
        "base",
        ByteTokenizer.encode(prompt),
        new SamplingParams(0, 1, 0, 1, maxNewTokens, List.of()));
  }

  private static float[] first(int[] tokens) {
    float[] logits = new float[ByteTokenizer.VOCABULARY];
    logits[tokens[0]] = 50;
    return logits;
  }
}
