package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.registry.UnknownModelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two engines, of which one says a, the other b: an answer tells which of them wrote it. */
class EngineRouterTest {
  private static final int WINDOW = 1_000;
  private static final String SYSTEM = "You are a helpful assistant. ".repeat(4);

  private final CountDownLatch go = new CountDownLatch(1);
  private InferenceEngine a;
  private InferenceEngine b;
  private EngineRouter router;

  @AfterEach
  void stop() {
    go.countDown();
    router.drain(Duration.ofSeconds(10));
  }

  @Test
  void conversationsStayWithTheirEngines() {
    start(new EngineLimits(8, 4, 64, 64));
    go.countDown();
    String[] conversations = {"Hi.", "Hello!", "What is a cat?", "Good morning"};
    String engines = "";
    for (int turn = 0; turn < 4; turn++) {
      var answered = new StringBuilder();
      for (int i = 0; i < conversations.length; i++) {
        String answer = submit(conversations[i], 9).text();
        conversations[i] += answer + " And then? " + i;
        answered.append(answer.charAt(0));
      }
      engines = turn == 0 ? answered.toString() : engines;
      assertThat(answered).hasToString(engines);
    }
    assertThat(engines).contains("a", "b");
  }

  @Test
  void promptsThatHaveNothingInCommonAreSpread() {
    start(new EngineLimits(8, 4, 64, 64));
    var answers = IntStream.range(0, 8).mapToObj(i -> submit("" + i, 1)).toList();
    go.countDown();
    assertThat(answers.stream().map(Answer::text).sorted())
        .containsExactly("a", "a", "a", "a", "b", "b", "b", "b");
  }

  @Test
  void whereNobodyHasMoreToDoTheyTakeTurns() {
    start(new EngineLimits(8, 4, 64, 64));
    go.countDown();
    var answers = Stream.of("1", "2", "3", "4").map(prompt -> submit(prompt, 1).text()).toList();
    assertThat(answers).isIn(List.of("a", "b", "a", "b"), List.of("b", "a", "b", "a"));
  }

  @Test
  void aSystemPromptThatAllShareBindsNobody() {
    start(new EngineLimits(8, 4, 64, 64));
    go.countDown();
    var engines = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      String prompt = SYSTEM + i + " is the number of my question";
      String engine = submit(prompt, 1).text();
      engines.add(engine);
      assertThat(submit(prompt + engine + " And then?", 1).text()).isEqualTo(engine);
    }
    assertThat(engines.stream().filter("a"::equals).count()).isIn(8L, 12L);
  }

  @Test
  void aConversationLeavesAnEngineThatHasHalfABatchMoreToDo() {
    start(new EngineLimits(8, 4, 64, 64));
    var answers = IntStream.range(0, 3).mapToObj(_ -> submit("The same prompt", 1)).toList();
    go.countDown();
    assertThat(answers.stream().map(Answer::text).toList())
        .isIn(List.of("a", "a", "b"), List.of("b", "b", "a"));
  }

  @Test
  void whatAnEngineHasNoPlaceForGoesToTheNextUntilAllAreFull() {
    start(new EngineLimits(2, 1, 64, 64));
    a.submit(request("runs", 1), new Answer());
    b.submit(request("runs", 1), new Answer());
    await(() -> a.running() + b.running() == 2);
    a.submit(request("waits", 1), new Answer());
    a.submit(request("waits", 1), new Answer());
    submit("for the one that has a place", 1);
    submit("for the same", 1);
    assertThat(b.queued()).isEqualTo(2);
    assertThatThrownBy(() -> submit("for nobody", 1))
        .isInstanceOfSatisfying(
            EngineBusyException.class,
            e -> assertThat(e.retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(1)));
    assertThat(router.queued()).isEqualTo(4);
  }

  @Test
  void whatIsWrongWithARequestIsNotTriedOnEveryEngine() {
    start(new EngineLimits(8, 4, 64, 64));
    assertThatThrownBy(() -> submit("p".repeat(WINDOW), 1))
        .isInstanceOf(ContextLengthExceededException.class);
    var elsewhere = new GenerationRequest("unheard-of", new int[] {1}, greedy(1));
    assertThatThrownBy(() -> router.submit(elsewhere, new Answer()))
        .isInstanceOf(UnknownModelException.class);
    assertThat(router.queued()).isZero();
  }

  @Test
  void anEngineThatHasStoppedIsPassedOver() {
    start(new EngineLimits(8, 4, 64, 64));
    go.countDown();
    a.drain(Duration.ofSeconds(10));
    assertThat(Stream.of("1", "2", "3").map(prompt -> submit(prompt, 1).text())).containsOnly("b");
    b.drain(Duration.ofSeconds(10));
    assertThatThrownBy(() -> submit("4", 1)).isInstanceOf(EngineStoppedException.class);
  }

  @Test
  void anAnswerIsCancelledWhereverItIsWritten() {
    start(new EngineLimits(8, 4, 64, 64));
    var answers = List.of(new Answer(), new Answer());
    var generations =
        List.of(
            router.submit(request("one", 900), answers.get(0)),
            router.submit(request("other", 900), answers.get(1)));
    generations.forEach(Generation::cancel);
    go.countDown();
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.reason()).isEqualTo(FinishReason.CANCELLED));
  }

  @Test
  void drainingStopsAllAtTheSameTime() throws InterruptedException {
    start(new EngineLimits(8, 4, 64, 64));
    var answers = List.of(submit("1", 5), submit("2", 5));
    var draining = Thread.ofVirtual().start(() -> router.drain(Duration.ofMinutes(1)));
    await(() -> hasStopped(a) && hasStopped(b));
    assertThatThrownBy(() -> submit("late", 1)).isInstanceOf(EngineStoppedException.class);
    go.countDown();
    draining.join();
    assertThat(answers.stream().map(Answer::text)).containsExactlyInAnyOrder("aaaaa", "bbbbb");
  }

  @Test
  void vectorsAreMadeByWhoHasLeastToDo() {
    start(new EngineLimits(8, 4, 64, 64));
    var one = router.embed("base", List.of(new int[] {'x'}));
    var other = router.embed("base", List.of(new int[] {'x'}));
    go.countDown();
    assertThat(List.of(likeliest(one.join().getFirst()), likeliest(other.join().getFirst())))
        .containsExactlyInAnyOrder('a', 'b');
  }

  @Test
  void whatIsCountedIsTheSum() {
    start(new EngineLimits(8, 1, 64, 64).with(new CachePlan(10, 20)));
    var answers = IntStream.range(0, 4).mapToObj(i -> submit("" + i, 1)).toList();
    await(() -> a.running() + b.running() == 2);
    assertThat(router.running()).isEqualTo(2);
    assertThat(router.queued()).isEqualTo(2);
    assertThat(router.queued(Priority.INTERACTIVE)).isEqualTo(2);
    assertThat(router.queued(Priority.BATCH)).isZero();
    go.countDown();
    answers.forEach(Answer::text);
    assertThat(router.prefixUse()).isEqualTo(new PrefixUse(4, 0, 4, 0));
    assertThat(router.speculationUse()).isEqualTo(new SpeculationUse(0, 0, 0));
    assertThat(router.cacheUse().slotsTotal()).isEqualTo(20);
    assertThat(router.cacheUse().storedTotal()).isEqualTo(40);
    assertThat(router.cacheUse().slots())
        .isEqualTo(a.cacheUse().slots() + b.cacheUse().slots())
        .isPositive();
    assertThat(router.preemptions()).isZero();
  }

  private void start(EngineLimits limits) {
    a = engine('a', limits);
    b = engine('b', limits);
    router = new EngineRouter(List.of(a, b));
  }

  private InferenceEngine engine(char letter, EngineLimits limits) {
    var runner =
        new FixedLogitsRunner(
            limits.maxBatch(),
            WINDOW,
            _ -> {
              await(go);
              return FixedLogitsRunner.certain(letter, ByteTokenizer.VOCABULARY);
            });
    var engine =
        new InferenceEngine(runner, ByteTokenizer::new, new int[] {ByteTokenizer.END}, limits);
    engine.open("base", ModelRunner.BASE);
    return engine;
  }

  private Answer submit(String prompt, int maxNewTokens) {
    var answer = new Answer();
    router.submit(request(prompt, maxNewTokens), answer);
    return answer;
  }

  private static GenerationRequest request(String prompt, int maxNewTokens) {
    return new GenerationRequest("base", ByteTokenizer.encode(prompt), greedy(maxNewTokens));
  }

  private static SamplingParams greedy(int maxNewTokens) {
    return new SamplingParams(0, 1, 0, 1, maxNewTokens, List.of());
  }

  /** Asks for a version that it does not have, which is told after whether it takes anything. */
  private static boolean hasStopped(InferenceEngine engine) {
    try {
      engine.submit(new GenerationRequest("none", new int[] {1}, greedy(1)), new Answer());
      return false;
    } catch (EngineStoppedException e) {
      return true;
    } catch (UnknownModelException e) {
      return false;
    }
  }

  private static char likeliest(float[] vector) {
    return (char)
        IntStream.range(0, vector.length).filter(i -> vector[i] > 0.5f).findFirst().orElse(0);
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
