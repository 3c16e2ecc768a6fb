package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets a slot and who is fed; every answer repeats its own prompt. */
class SchedulingTest {
  private static final int WINDOW = 512;

  private final CountDownLatch inStep = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final List<String> ended = Collections.synchronizedList(new ArrayList<>());
  private InferenceEngine engine;
  private FixedLogitsRunner runner;

  @AfterEach
  void stop() {
    go.countDown();
    engine.drain(Duration.ofSeconds(10));
    assertThat(runner.closed).isTrue();
  }

  @Test
  void severalPromptsAreFedInOneStep() {
    start(new EngineLimits(8, 4, 64, 64));
    var answers = new ArrayList<>(List.of(submitAndAwaitStep("first>")));
    for (String prompt : List.of("second>", "the third one>", "4>")) {
      answers.add(submit(prompt, Priority.INTERACTIVE));
    }
    go.countDown();
    assertThat(answers.stream().map(Answer::text))
        .containsExactly("first", "second", "the third one", "4");
    assertThat(runner.prompts).containsExactly(1, 3);
    assertThat(runner.batches).contains(4);
  }

  @Test
  void theMoreWaitForTheirFirstTokenTheMoreIsFed() {
    start(new EngineLimits(8, 4, 64, 4));
    var answers = new ArrayList<>(List.of(submitAndAwaitStep("first>")));
    for (String prompt : List.of("the second one>", "the third one>", "the fourth one>")) {
      answers.add(submit(prompt, Priority.INTERACTIVE));
    }
    go.countDown();
    answers.forEach(Answer::text);
    int inSecondStep = runner.prompts.get(1);
    var chunks = runner.chunks.subList(1, 1 + inSecondStep);
    assertThat(chunks.stream().mapToInt(chunk -> chunk).sum()).isEqualTo(3 * 4);
  }

  @Test
  void aShortPromptOvertakesALongOne() {
    start(new EngineLimits(8, 4, 8, 8));
    var longOne = submitAndAwaitStep("long ".repeat(40) + ">");
    var shortOnes = List.of(submit("a>", Priority.INTERACTIVE), submit("b>", Priority.INTERACTIVE));
    go.countDown();
    assertThat(longOne.text()).hasSize(200);
    assertThat(shortOnes.stream().map(Answer::text)).containsExactly("a", "b");
    assertThat(ended).containsExactly("a>", "b>", "long ".repeat(40) + ">");
  }

  @Test
  void batchWorkMakesPlaceAndGoesOnLater() {
    start(new EngineLimits(8, 1, 64, 64));
    var batch = submitAndAwaitStep("a batch's long prompt>", Priority.BATCH);
    var other = submit("another>", Priority.BATCH);
    var interactive = submit("quick>", Priority.INTERACTIVE);
    go.countDown();
    assertThat(interactive.text()).isEqualTo("quick");
    assertThat(batch.text()).isEqualTo("a batch's long prompt");
    assertThat(other.text()).isEqualTo("another");
    assertThat(ended).containsExactly("quick>", "a batch's long prompt>", "another>");
    assertThat(engine.preemptions()).isEqualTo(1);
  }

  @Test
  void aCrowdOfBatchWorkShutsNobodyElseOut() {
    start(new EngineLimits(2, 1, 64, 64));
    var answers = new ArrayList<>(List.of(submitAndAwaitStep("first>", Priority.BATCH)));
    answers.add(submit("second>", Priority.BATCH));
    answers.add(submit("third>", Priority.BATCH));
    assertThatThrownBy(() -> submit("fourth>", Priority.BATCH))
        .isInstanceOf(EngineBusyException.class);
    assertThat(engine.queued(Priority.BATCH)).isEqualTo(2);
    answers.add(submit("now>", Priority.INTERACTIVE));
    go.countDown();
    assertThat(answers.stream().map(Answer::text))
        .containsExactly("first", "second", "third", "now");
    assertThat(ended).first().isEqualTo("now>");
  }

  @Test
  void whoeverWaitsTooLongIsToldWhenToComeBack() {
    start(new EngineLimits(8, 1, 64, 64));
    var running = submitAndAwaitStep("first>");
    var impatient = new Answer();
    engine.submit(request("second>").with(Duration.ZERO), impatient);
    var patient = submit("third>", Priority.INTERACTIVE);
    go.countDown();
    assertThat(impatient.end())
        .isInstanceOfSatisfying(
            TokenEvent.Failed.class,
            failed ->
                assertThat(failed.cause())
                    .isInstanceOfSatisfying(
                        EngineBusyException.class,
                        busy -> {
                          assertThat(busy).hasMessageContaining("no place");
                          assertThat(busy.retryAfter()).isPositive();
                        }));
    assertThat(running.text()).isEqualTo("first");
    assertThat(patient.text()).isEqualTo("third");
    var atOnce = new Answer();
    engine.submit(request("fourth>").with(Duration.ZERO), atOnce);
    assertThat(atOnce.text()).isEqualTo("fourth");
  }

  @Test
  void theEnginesPatienceIsForThoseWhoCantWait() {
    start(new EngineLimits(8, 1, 64, 64).with(Duration.ZERO));
    var running = submitAndAwaitStep("first>");
    var interactive = submit("second>", Priority.INTERACTIVE);
    var batch = submit("third>", Priority.BATCH);
    go.countDown();
    assertThat(interactive.end()).isInstanceOf(TokenEvent.Failed.class);
    assertThat(running.text()).isEqualTo("first");
    assertThat(batch.text()).isEqualTo("third");
  }

  @Test
  void whenMemoryRunsOutTheLastOneWaitsAndGoesOn() {
    start(new EngineLimits(8, 3, 64, 64));
    runner.memory = 3 * 100;
    var texts = List.of("a".repeat(90), "b".repeat(80), "c".repeat(30));
    var answers = texts.stream().map(text -> submit(text + ">", Priority.INTERACTIVE)).toList();
    go.countDown();
    assertThat(answers.stream().map(Answer::text)).containsExactlyElementsOf(texts);
    assertThat(engine.preemptions()).isPositive();
    assertThat(ended).extracting(prompt -> prompt.charAt(0)).containsExactly('a', 'b', 'c');
  }

  @Test
  void whoWasPreemptedIsCancelledLikeAnybody() {
    start(new EngineLimits(8, 1, 64, 64));
    var batch = new Answer();
    var generation = engine.submit(request("a batch>").with(Priority.BATCH), batch);
    await(inStep);
    var interactive = new Answer();
    engine.submit(
        request("quick>"),
        event -> {
          generation.cancel();
          interactive.accept(event);
        });
    go.countDown();
    assertThat(interactive.text()).isEqualTo("quick");
    assertThat(batch.reason()).isEqualTo(FinishReason.CANCELLED);
  }

  private void start(EngineLimits limits) {
    runner = new FixedLogitsRunner(limits.maxBatch(), WINDOW, this::echo);
    engine = new InferenceEngine(runner, ByteTokenizer::new, new int[] {ByteTokenizer.END}, limits);
    engine.open("base", ModelRunner.BASE);
  }

  /** Repeats what came before {@code >}, then ends the turn. */
  private float[] echo(int[] tokens) {
    inStep.countDown();
    await(go);
    int end = IntStream.range(0, tokens.length).filter(i -> tokens[i] == '>').findFirst().orElse(0);
    int said = tokens.length - end - 1;
    int next = said >= 0 && said < end ? tokens[said] : ByteTokenizer.END;
    return FixedLogitsRunner.certain(next, ByteTokenizer.VOCABULARY);
  }

  private Answer submitAndAwaitStep(String prompt) {
    return submitAndAwaitStep(prompt, Priority.INTERACTIVE);
  }

  private Answer submitAndAwaitStep(String prompt, Priority priority) {
    var answer = submit(prompt, priority);
    await(inStep);
    return answer;
  }

  private Answer submit(String prompt, Priority priority) {
    var answer = new Answer();
    engine.submit(
        request(prompt).with(priority),
        event -> {
          if (event instanceof TokenEvent.Finished) {
            ended.add(prompt);
          }
          answer.accept(event);
        });
    return answer;
  }

  private static GenerationRequest request(String prompt) {
    var params = new SamplingParams(0, 1, 0, 1, 300, List.of());
    return new GenerationRequest("base", ByteTokenizer.encode(prompt), params);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
