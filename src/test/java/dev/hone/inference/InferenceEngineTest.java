package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InferenceEngineTest {
  private static final int SLOTS = 3;
  private static final int WINDOW = 64;
  private static final EngineLimits LIMITS = new EngineLimits(4, SLOTS, 16, 2);

  private InferenceEngine engine;
  private FixedLogitsRunner runner;

  @AfterEach
  void stop() {
    engine.drain(Duration.ofSeconds(10));
    assertThat(runner.closed).isTrue();
  }

  @Test
  void anAnswerEndsWithTheTurn() {
    start(saying("hello"));
    var answer = submit("say: ", 100);
    assertThat(answer.text()).isEqualTo("hello");
    assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
    assertThat(answer.ids()).endsWith('o', ByteTokenizer.END);
  }

  @Test
  void anAnswerEndsAtItsBound() {
    start(saying("hello"));
    var answer = submit("say: ", 3);
    assertThat(answer.text()).isEqualTo("hel");
    assertThat(answer.reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void anAnswerEndsWhereTheWindowDoes() {
    start(tokens -> certain('x'));
    var answer = submit("p".repeat(60), 1000);
    assertThat(answer.text()).isEqualTo("xxxx");
    assertThat(answer.reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void aPromptThatFillsTheWindowIsRefused() {
    start(tokens -> certain('x'));
    assertThatThrownBy(() -> submit("p".repeat(WINDOW), 1))
        .isInstanceOf(ContextLengthExceededException.class);
    assertThat(submit("p".repeat(WINDOW - 1), 1).text()).hasSize(1);
  }

  @Test
  void aCharacterOfSeveralTokensComesWhole() {
    start(saying("né"));
    var texts =
        submit("say: ", 100).events().stream()
            .filter(TokenEvent.Token.class::isInstance)
            .map(event -> ((TokenEvent.Token) event).text())
            .toList();
    assertThat(texts).containsExactly("n", "", "é", "");
  }

  @Test
  void aStopStringEndsTheAnswerAndIsNotPartOfIt() {
    start(saying("one. two. three"));
    var answer = submit("say: ", greedy(100, ". t"));
    assertThat(answer.text()).isEqualTo("one");
    assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void whereTheEndIsIgnoredTheAnswerGoesOnToItsBound() {
    start(saying("hello"));
    var answer = submit("say: ", greedy(8, new LogitBias(0, 0, 1, Map.of(), 0, true)));
    assertThat(answer.ids()).hasSize(8).endsWith(ByteTokenizer.END, ByteTokenizer.END);
    assertThat(answer.text()).isEqualTo("hello");
    assertThat(answer.reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void anAnswerHasItsLeastNumberOfTokensBeforeItEnds() {
    start(tokens -> two(ByteTokenizer.END, 'x'));
    var answer = submit("say: ", greedy(8, new LogitBias(0, 0, 1, Map.of(), 3, false)));
    assertThat(answer.text()).isEqualTo("xxx");
    assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void whatCannotBeDrawnEndsItsOwnAnswerAlone() {
    float[] nothing = new float[ByteTokenizer.VOCABULARY];
    Arrays.fill(nothing, Float.NaN);
    start(tokens -> tokens[0] == '?' ? nothing : two('a', ByteTokenizer.END));
    var broken = submit("? ", greedy(4, LogitBias.NONE));
    var whole = submit("say: ", greedy(4, LogitBias.NONE));
    assertThat(whole.text()).isEqualTo("aaaa");
    assertThat(broken.end()).isInstanceOf(TokenEvent.Failed.class);
  }

  @Test
  void aBiasOfATokenThatTheModelLacksIsRefused() {
    start(tokens -> two('a', ByteTokenizer.END));
    var beyond = Map.of(ByteTokenizer.VOCABULARY, 1.0);
    assertThatThrownBy(() -> submit("say: ", greedy(4, new LogitBias(0, 0, 1, beyond, 0, false))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("logit_bias");
  }

  @Test
  void theLikeliestTokensAreToldWhateverWasDrawn() {
    start(tokens -> two('a', 'b'));
    var bias = new LogitBias(0, 0, 1, Map.of((int) 'a', -100.0), 0, false);
    var answer = submit("say: ", new SamplingParams(0, 1, 0, 0, 1, 1, List.of(), bias, 2));
    assertThat(answer.events().getFirst())
        .isInstanceOfSatisfying(
            TokenEvent.Token.class,
            token -> {
              assertThat(token.id()).isEqualTo('b');
              assertThat(token.alternatives())
                  .extracting(TokenEvent.Alternative::id)
                  .containsExactly((int) 'a', (int) 'b');
              assertThat(token.alternatives().get(1).logprob()).isEqualTo(token.logprob());
            });
  }

  @Test
  void aBiasDecidesWhatIsDrawnAndNotWhatTheModelIsSaidToThink() {
    start(tokens -> two('a', 'b'));
    var plain = submit("say: ", greedy(2, LogitBias.NONE));
    assertThat(plain.text()).isEqualTo("aa");
    var penalised = submit("say: ", greedy(4, new LogitBias(1, 0, 1, Map.of(), 0, false)));
    assertThat(penalised.text()).isEqualTo("abab");
    var logprobs =
        penalised.events().stream()
            .filter(TokenEvent.Token.class::isInstance)
            .map(event -> ((TokenEvent.Token) event).logprob())
            .toList();
    assertThat(logprobs.get(0)).isEqualTo(logprobs.get(2)).isGreaterThan(logprobs.get(1));
    assertThat(logprobs.get(1)).isEqualTo(logprobs.get(3));
  }

  @Test
  void textHeldBackForAStopStringIsTheTail() {
    start(saying("well."));
    var answer = submit("say: ", greedy(100, ". t"));
    assertThat(answer.end()).isEqualTo(new TokenEvent.Finished(FinishReason.STOP, ".", 0));
    assertThat(answer.text()).isEqualTo("well.");
  }

  @Test
  void manyRaggedSequencesEachGetTheirOwnAnswer() {
    // Every answer repeats its own prompt, so a slot mixed up by compaction would show.
    start(InferenceEngineTest::echo);
    var prompts = List.of("a", "quick brown", "fox", "jumps over the lazy", "dog", "and", "sleeps");
    var answers = new ArrayList<Answer>();
    for (String prompt : prompts) {
      answers.add(submitPatiently(prompt + ">"));
    }
    for (int i = 0; i < prompts.size(); i++) {
      assertThat(answers.get(i).text()).isEqualTo(prompts.get(i));
    }
    assertThat(runner.batches).contains(2);
  }

  @Test
  void aLongPromptIsFedInSmallChunksWhileOthersAreServed() {
    var inStep = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    start(
        tokens -> {
          inStep.countDown();
          await(go);
          return echo(tokens);
        });
    var first = submit("first one>", 100);
    await(inStep);
    var second = submit("a somewhat longer one>", 100);
    go.countDown();
    assertThat(first.text()).isEqualTo("first one");
    assertThat(second.text()).isEqualTo("a somewhat longer one");
    assertThat(runner.chunks).startsWith(10, 2, 2);
  }

  @Test
  void cancelTakesEffectAtTheNextStepAndFreesTheSlot() {
    start(tokens -> certain('x'));
    var generation = new Generation[1];
    var answer = new Answer();
    var seen = new AtomicInteger();
    var submitted = new CountDownLatch(1);
    generation[0] =
        engine.submit(
            request("p", greedy(1000)),
            event -> {
              await(submitted);
              if (seen.incrementAndGet() == 5) {
                generation[0].cancel();
              }
              answer.accept(event);
            });
    submitted.countDown();
    assertThat(answer.reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(answer.text()).isEqualTo("xxxxx");
    assertThat(submit("q", 2).text()).isEqualTo("xx");
    assertThat(engine.running()).isLessThanOrEqualTo(1);
  }

  @Test
  void aFullQueueSaysWhenToComeBack() {
    var go = new CountDownLatch(1);
    start(
        tokens -> {
          await(go);
          return certain(ByteTokenizer.END);
        });
    var answers = new ArrayList<Answer>();
    assertThatThrownBy(() -> IntStream.range(0, 100).forEach(i -> answers.add(submit("p", 1))))
        .isInstanceOfSatisfying(
            EngineBusyException.class,
            e ->
                assertThat(e.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(2)));
    assertThat(answers).hasSizeBetween(4, 4 + SLOTS);
    go.countDown();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.text()).isEmpty());
  }

  @Test
  void aSequenceWaitsUntilThereIsMemoryForIt() {
    start(InferenceEngineTest::echo);
    runner.memory = 40;
    var answers = List.of(submit("one>", 20), submit("two>", 20), submit("three>", 20));
    assertThat(answers.stream().map(Answer::text)).containsExactly("one", "two", "three");
    assertThat(runner.batches).containsOnly(1);
  }

  @Test
  void aRunnerFailureEndsEveryWaitingAndRunningRequestAndTheEngineGoesOn() {
    var go = new CountDownLatch(1);
    var broken = new AtomicBoolean(true);
    var cause = new IllegalStateException("the network broke");
    start(
        tokens -> {
          await(go);
          if (broken.get()) {
            throw cause;
          }
          return echo(tokens);
        });
    var answers = List.of(submit("a>", 9), submit("b>", 9), submit("c>", 9), submit("d>", 9));
    go.countDown();
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.end()).isEqualTo(new TokenEvent.Failed(cause)));
    broken.set(false);
    assertThat(submit("again>", 9).text()).isEqualTo("again");
  }

  @Test
  void aListenerThatFailsHarmsNobodyElse() {
    start(InferenceEngineTest::echo);
    engine.submit(
        request("bad>", greedy(9)),
        _ -> {
          throw new IllegalStateException("the client is gone");
        });
    assertThat(submit("good>", 9).text()).isEqualTo("good");
  }

  @Test
  void drainingFinishesWhatRunsAndTakesNothingOn() {
    start(InferenceEngineTest::echo);
    var answer = submit("bye>", 9);
    engine.drain(Duration.ofSeconds(10));
    assertThat(answer.text()).isEqualTo("bye");
    assertThatThrownBy(() -> submit("late>", 9)).isInstanceOf(EngineStoppedException.class);
  }

  @Test
  void drainingLosesPatience() {
    var started = new CountDownLatch(1);
    start(
        tokens -> {
          started.countDown();
          return certain('x');
        });
    var answer = submit("p", 1000);
    await(started);
    engine.drain(Duration.ZERO);
    assertThat(answer.ended()).isTrue();
  }

  @Test
  void drainingLosesPatienceWithAVersionThatRetires() {
    var waitsForTheEngine = Thread.currentThread();
    start(
        tokens -> {
          while (waitsForTheEngine.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
          }
          return certain('x');
        });
    var answer = submit("p", 1000);
    engine.retire("base");
    engine.drain(Duration.ZERO);
    assertThat(answer.ended()).isTrue();
    assertThat(runner.closed).isTrue();
  }

  private void start(Function<int[], float[]> network) {
    runner = new FixedLogitsRunner(SLOTS, WINDOW, network);
    engine = new InferenceEngine(runner, ByteTokenizer::new, new int[] {ByteTokenizer.END}, LIMITS);
    engine.open("base", ModelRunner.BASE);
  }

  private Answer submit(String prompt, int maxNewTokens) {
    return submit(prompt, greedy(maxNewTokens));
  }

  private Answer submit(String prompt, SamplingParams params) {
    var answer = new Answer();
    engine.submit(request(prompt, params), answer);
    return answer;
  }

  private Answer submitPatiently(String prompt) {
    while (true) {
      try {
        return submit(prompt, 100);
      } catch (EngineBusyException e) {
        Thread.onSpinWait();
      }
    }
  }

  private static GenerationRequest request(String prompt, SamplingParams params) {
    return new GenerationRequest("base", ByteTokenizer.encode(prompt), params);
  }

  private static SamplingParams greedy(int maxNewTokens, String... stop) {
    return new SamplingParams(0, 1, 0, 1, maxNewTokens, List.of(stop));
  }

  private static SamplingParams greedy(int maxNewTokens, LogitBias bias) {
    return new SamplingParams(0, 1, 0, 0, 1, maxNewTokens, List.of(), bias, 0);
  }

  /** Says a fixed text after a prompt of {@code "say: "}, then ends the turn. */
  private static Function<int[], float[]> saying(String text) {
    int[] said = ByteTokenizer.encode(text);
    return tokens -> {
      int at = tokens.length - "say: ".length();
      return certain(at >= 0 && at < said.length ? said[at] : ByteTokenizer.END);
    };
  }

  /** Repeats what came before {@code >}, then ends the turn. */
  private static float[] echo(int[] tokens) {
    int end = IntStream.range(0, tokens.length).filter(i -> tokens[i] == '>').findFirst().orElse(0);
    int said = tokens.length - end - 1;
    return certain(said < end ? tokens[said] : ByteTokenizer.END);
  }

  private static float[] certain(int token) {
    return FixedLogitsRunner.certain(token, ByteTokenizer.VOCABULARY);
  }

  /** Two tokens alone are likely, the first a little more than the second. */
  private static float[] two(int first, int second) {
    float[] logits = certain(first);
    logits[second] = logits[first] - 0.5f;
    return logits;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
