package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine over the real runner, with a small random model. */
class TorchEngineTest {
  private static final int[] NO_END = {};
  private static final long CACHE_BYTES = 1 << 24;

  private NDManager manager;
  private InferenceEngine engine;

  @BeforeEach
  void start() {
    manager = ModelLoader.manager();
    var network = Network.load(manager, small(), Precision.F32, 128, Optional.empty());
    var runner =
        new TorchRunner(
            manager, new TorchRunner.Networks(network, network, network), 4, CACHE_BYTES);
    engine = new InferenceEngine(NoText::new, NO_END, new EngineLimits(64, 4, 32, 3));
    engine.open("base", runner);
  }

  @AfterEach
  void stop() {
    engine.drain(Duration.ofSeconds(10));
  }

  @Test
  void answersInARaggedBatchAreThoseOfOneByOne() {
    var requests = new ArrayList<GenerationRequest>();
    for (int i = 0; i < 12; i++) {
      requests.add(request(prompt(3 + 5 * i % 29, i), 4 + 7 * i % 31));
    }
    var alone = requests.stream().map(request -> submit(request).ids()).toList();
    var together = requests.stream().map(this::submit).toList();
    for (int i = 0; i < requests.size(); i++) {
      assertThat(together.get(i).ids()).isEqualTo(alone.get(i));
    }
  }

  @Test
  void aSlotIsUsedAgainAfterACancellation() {
    var request = request(prompt(9, 1), 20);
    int[] alone = submit(request).ids();
    var generation = new AtomicReference<Generation>();
    var cancelled = new Answer();
    generation.set(
        engine.submit(
            request(prompt(40, 2), 80),
            event -> {
              cancelled.accept(event);
              if (generation.get() != null) {
                generation.get().cancel();
              }
            }));
    var neighbour = submit(request);
    assertThat(cancelled.reason()).isIn(FinishReason.CANCELLED, FinishReason.LENGTH);
    assertThat(neighbour.ids()).isEqualTo(alone);
    assertThat(submit(request).ids()).isEqualTo(alone);
  }

  @Test
  void managedTensorsStayFlatOverManySteps() {
    var request = request(prompt(9, 1), 100);
    submit(request).ids();
    int before = managed();
    for (int round = 0; round < 5; round++) {
      List.of(submit(request), submit(request), submit(request)).forEach(Answer::ids);
    }
    assertThat(managed()).isEqualTo(before);
  }

  @Test
  void logprobsAreThoseOfTheModel() {
    var answer = submit(request(prompt(9, 3), 12));
    for (TokenEvent event : answer.events()) {
      if (event instanceof TokenEvent.Token token) {
        assertThat(token.logprob()).isBetween((float) -Math.log(64), 0f);
        assertThat(token.sampledLogprob()).isZero();
      }
    }
  }

  private int managed() {
    return ((BaseNDManager) manager).getManagedArrays().size();
  }

  private Answer submit(GenerationRequest request) {
    var answer = new Answer();
    engine.submit(request, answer);
    return answer;
  }

  private static GenerationRequest request(int[] prompt, int maxNewTokens) {
    return new GenerationRequest(
        "base", prompt, new SamplingParams(0, 1, 0, 1, maxNewTokens, List.of()));
  }

  private static int[] prompt(int length, int seed) {
    int[] prompt = new int[length];
    Arrays.setAll(prompt, i -> (i * 13 + seed * 7 + 1) % 64);
    return prompt;
  }

  private static Path small() {
    try {
      return Path.of(TorchEngineTest.class.getClassLoader().getResource("golden/plain").toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
