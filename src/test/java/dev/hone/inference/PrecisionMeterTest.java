package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import dev.hone.model.Precision;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrecisionMeterTest {
  @Test
  void everyPrecisionHasAnOutcomeAndSpeedsAreOnlyOfWhatKeepsItsQuality() throws URISyntaxException {
    var folder =
        Path.of(PrecisionMeterTest.class.getClassLoader().getResource("golden/plain").toURI());
    int[] text = IntStream.range(0, 100).map(i -> i * 17 % 64).toArray();
    try (var manager = ModelLoader.manager()) {
      var told = new ArrayList<PrecisionTrial>();
      var trials = new PrecisionMeter(manager, folder, text, () -> {}).measure(told::add);
      assertThat(told).isEqualTo(trials);
      assertThat(trials)
          .extracting(PrecisionTrial::precision)
          .contains(Precision.BF16_PREPACKED, Precision.INT8);
      assertThat(trials)
          .allSatisfy(
              trial -> {
                switch (trial) {
                  case PrecisionTrial.Usable usable -> {
                    assertThat(usable.loss().perplexity())
                        .isLessThanOrEqualTo(PrecisionMeter.MAX_LOSS);
                    assertThat(usable.tokensPerSecond().decode().each())
                        .allMatch(speed -> speed > 0);
                  }
                  case PrecisionTrial.TooLossy lossy ->
                      assertThat(lossy.loss().perplexity()).isGreaterThan(PrecisionMeter.MAX_LOSS);
                  case PrecisionTrial.Unavailable unavailable ->
                      assertThat(unavailable.reason()).isNotBlank();
                }
              });
      assertThat(PrecisionPlan.choose(trials).prefill()).isNotNull();
    }
  }

  @Test
  void whoeverIsAskedInBetweenCanEndIt() throws URISyntaxException {
    var folder =
        Path.of(PrecisionMeterTest.class.getClassLoader().getResource("golden/plain").toURI());
    int[] text = IntStream.range(0, 100).map(i -> i * 17 % 64).toArray();
    try (var manager = ModelLoader.manager()) {
      var told = new ArrayList<PrecisionTrial>();
      var asked = new AtomicInteger();
      var meter =
          new PrecisionMeter(
              manager,
              folder,
              text,
              () -> {
                if (asked.incrementAndGet() == 3) {
                  throw new CancellationException("enough");
                }
              });
      assertThatThrownBy(() -> meter.measure(told::add)).isInstanceOf(CancellationException.class);
      assertThat(told).isEmpty();
    }
  }

  @Test
  void theReasonIsTheLineThatSaysWhy() {
    var failure =
        new EngineException(
            """
            The following operation failed in the TorchScript interpreter.
            Traceback of TorchScript, serialized code (most recent call last):
            RuntimeError: needs avx512
            """);
    assertThat(PrecisionMeter.reason(failure)).isEqualTo("needs avx512");
    assertThat(PrecisionMeter.reason(new EngineException("odd"))).isEqualTo("odd");
  }
}
