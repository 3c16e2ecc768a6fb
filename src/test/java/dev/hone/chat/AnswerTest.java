package dev.hone.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.inference.ByteTokenizer;
import dev.hone.inference.EngineLimits;
import dev.hone.inference.FinishReason;
import dev.hone.inference.FixedLogitsRunner;
import dev.hone.inference.InferenceEngine;
import dev.hone.inference.SamplingParams;
import dev.hone.inference.ServedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswerTest {
  private static final int WINDOW = 100_000;
  private final TurnsInMemory log = new TurnsInMemory();
  private InferenceEngine engine;

  @AfterEach
  void stop() {
    engine.drain(Duration.ZERO);
  }

  @Test
  void theTurnIsStoredWhenTheLastTextHasBeenRead() {
    engine(tokens -> tokens.length < 8 ? 'a' : ByteTokenizer.END);
    var text = new StringBuilder();
    var end = start(request(true), 1_000).read(text::append);
    assertThat(text).hasToString("aaaaa");
    assertThat(end.reason()).isEqualTo(FinishReason.STOP);
    assertThat(end.completionTokens()).isEqualTo(6);
    assertThat(end.promptTokens()).isEqualTo(3);
    assertThat(log.texts()).containsExactly("aaaaa");
    assertThat(log.ends()).containsExactly(FinishReason.STOP);
  }

  @Test
  void whatIsNotToBeStoredIsNot() {
    engine(tokens -> tokens.length < 8 ? 'a' : ByteTokenizer.END);
    start(request(false), 1_000).read(_ -> {});
    assertThat(log.texts()).isEmpty();
  }

  @Test
  void aReaderThatLagsEndsTheAnswerAndTheEngineNeverWaits() {
    engine(_ -> 'a');
    var answer = start(request(true), 10);
    engine.drain(Duration.ofMinutes(1));
    var text = new StringBuilder();
    var end = answer.read(text::append);
    assertThat(end.reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(text).hasToString("a".repeat(10));
    assertThat(log.texts().getFirst()).hasSizeGreaterThan(10);
    assertThat(log.ends()).containsExactly(FinishReason.CANCELLED);
  }

  @Test
  void aReaderThatThrowsEndsTheAnswerAndWhatThereIsOfItIsStored() {
    var reading = new CountDownLatch(1);
    engine(
        tokens -> {
          if (tokens.length > 5) {
            awaitQuietly(reading);
          }
          return 'a';
        });
    var gone = new UncheckedIOException(new IOException("client gone"));
    var answer = start(request(true), 10);
    assertThatThrownBy(
            () ->
                answer.read(
                    _ -> {
                      reading.countDown();
                      throw gone;
                    }))
        .isSameAs(gone);
    assertThat(log.ends()).containsExactly(FinishReason.CANCELLED);
  }

  @Test
  void aReaderThatThrowsAtTheLastPieceLosesNothing() {
    engine(tokens -> tokens.length < 8 ? 'a' : ByteTokenizer.END);
    var gone = new UncheckedIOException(new IOException("client gone"));
    var answer = start(request(true), 1_000);
    engine.drain(Duration.ofMinutes(1));
    assertThatThrownBy(
            () ->
                answer.read(
                    _ -> {
                      throw gone;
                    }))
        .isSameAs(gone);
    assertThat(log.texts()).containsExactly("aaaaa");
    assertThat(log.ends()).containsExactly(FinishReason.STOP);
  }

  @Test
  void aCancelledAnswerEndsAndIsStored() {
    var generating = new CountDownLatch(1);
    engine(
        tokens -> {
          if (tokens.length > 5) {
            generating.countDown();
          }
          return 'a';
        });
    var answer = start(request(true), WINDOW);
    Thread.ofVirtual()
        .start(
            () -> {
              awaitQuietly(generating);
              answer.cancel();
            });
    assertThat(answer.read(_ -> {}).reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(log.ends()).containsExactly(FinishReason.CANCELLED);
  }

  @Test
  void whoEndsTheServerCanWaitForAnAnswerThatIsStillRead() throws InterruptedException {
    engine(tokens -> tokens.length < 8 ? 'a' : ByteTokenizer.END);
    var answer = start(request(true), WINDOW);
    var reading = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    Thread.ofVirtual()
        .start(
            () ->
                answer.read(
                    _ -> {
                      reading.countDown();
                      awaitQuietly(goOn);
                    }));
    reading.await();
    engine.drain(Duration.ofSeconds(10));
    assertThat(log.texts()).isEmpty();
    Thread.ofVirtual().start(goOn::countDown);
    log.awaitWritten();
    assertThat(log.texts()).containsExactly("aaaaa");
  }

  @Test
  void theEnginesFailureIsTheReaders() {
    engine(
        tokens -> {
          throw new IllegalStateException("broken");
        });
    assertThatThrownBy(() -> start(request(true), 1_000).read(_ -> {})).hasMessage("broken");
    assertThat(log.texts()).isEmpty();
  }

  private interface Network {
    int next(int[] tokens);
  }

  private void engine(Network network) {
    var runner =
        new FixedLogitsRunner(
            1,
            WINDOW,
            tokens -> FixedLogitsRunner.certain(network.next(tokens), ByteTokenizer.VOCABULARY));
    engine =
        new InferenceEngine(
            runner,
            ByteTokenizer::new,
            new int[] {ByteTokenizer.END},
            new EngineLimits(4, 1, 1_000, 1_000));
    engine.open("v", 0);
  }

  private Answer start(AnswerRequest request, int maxLag) {
    return Answer.start(engine, request, log, maxLag);
  }

  private static AnswerRequest request(boolean store) {
    var prompt =
        new Prompt(
            new ServedModel("v", null, null, WINDOW, null), List.of(), new int[] {'x', 'y', 'z'});
    return AnswerRequest.alone(
        new AnswerRequest.Draw("c", 0),
        "ann",
        prompt,
        new SamplingParams(0, 1, 0, 1, 50_000, List.of()),
        store);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
