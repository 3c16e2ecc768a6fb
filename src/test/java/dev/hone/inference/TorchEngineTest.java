package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import dev.hone.model.BlockPool;
import dev.hone.model.CacheMemory;
import dev.hone.model.LoraAdapter;
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
  private static final List<String> VERSIONS = List.of("base", "adapted");
  private static final int[] NO_END = {};
  private static final long CACHE_BYTES = 1 << 24;

  private NDManager manager;
  private Network network;
  private InferenceEngine engine;

  @BeforeEach
  void start() {
    manager = ModelLoader.manager();
    network = Network.load(manager, small(), Precision.F32, 128, Optional.empty());
    engine = new InferenceEngine(NoText::new, NO_END, new EngineLimits(64, 4, 32, 3));
    open("base", Optional.empty(), CacheMemory.ofBytes(CACHE_BYTES, network.architecture()));
  }

  private void open(String version, Optional<LoraAdapter> adapter, CacheMemory memory) {
    engine.open(version, runner(adapter, memory, 0));
  }

  private TorchRunner runner(Optional<LoraAdapter> adapter, CacheMemory memory, int blocks) {
    var view = network.adapted(adapter);
    var own = manager.newSubManager();
    var pool = new BlockPool(own, network.architecture(), blocks);
    return new TorchRunner(own, new TorchRunner.Networks(view, view, view), 4, memory, pool);
  }

  @AfterEach
  void stop() {
    engine.drain(Duration.ofSeconds(10));
    network.close();
    manager.close();
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
  void twoVersionsInOneMixAnswerEachLikeTheirWholeForward() {
    // Two windows in all: each version has to give memory back to the other again and again.
    var memory = CacheMemory.ofWindows(2, 128);
    engine.retire("base");
    try (var adapter =
        LoraAdapter.load(manager, small().resolve("adapter"), network.architecture())) {
      open("base", Optional.empty(), memory);
      open("adapted", Optional.of(adapter), memory);
      var answers = new ArrayList<Answer>();
      for (int i = 0; i < 16; i++) {
        int length = 3 + 11 * i % 31;
        answers.add(submit(request(VERSIONS.get(i % 2), prompt(length, i), 4 + 17 * i % 83)));
      }
      try (var adapted = network.adapted(Optional.of(adapter))) {
        for (int i = 0; i < answers.size(); i++) {
          int[] prompt = prompt(3 + 11 * i % 31, i);
          assertThat(answers.get(i).ids())
              .isEqualTo(greedy(i % 2 == 0 ? network : adapted, prompt, 4 + 17 * i % 83));
        }
      }
    }
  }

  /** Without a cache: the whole sequence anew for each token. */
  private int[] greedy(Network net, int[] prompt, int count) {
    int[] tokens = prompt;
    for (int i = 0; i < count; i++) {
      try (NDManager step = manager.newSubManager()) {
        float[] logits = net.full(step, new int[][] {tokens}).toFloatArray();
        tokens = Arrays.copyOf(tokens, tokens.length + 1);
        tokens[tokens.length - 1] = largest(logits, logits.length - 64);
      }
    }
    return Arrays.copyOfRange(tokens, prompt.length, tokens.length);
  }

  private static int largest(float[] logits, int from) {
    int best = from;
    for (int i = from; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best - from;
  }

  @Test
  void aVersionThatComesAndGoesLeavesNothingBehind() {
    var memory = CacheMemory.ofBytes(CACHE_BYTES, network.architecture());
    try (var adapter =
        LoraAdapter.load(manager, small().resolve("adapter"), network.architecture())) {
      submit(request(prompt(9, 1), 20)).ids();
      int before = managed();
      for (int i = 0; i < 3; i++) {
        open("adapted", Optional.of(adapter), memory);
        submit(request("adapted", prompt(9, 1), 20)).ids();
        engine.retire("adapted");
        submit(request(prompt(9, 1), 20)).ids();
      }
      assertThat(managed()).isEqualTo(before);
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
  void vectorsMadeBesideAnswersAreThoseOfEachVersionAlone() {
    var memory = CacheMemory.ofBytes(CACHE_BYTES, network.architecture());
    var texts = List.of(prompt(1, 2), prompt(128, 3), prompt(17, 4));
    try (var adapter =
            LoraAdapter.load(manager, small().resolve("adapter"), network.architecture());
        var adapted = network.adapted(Optional.of(adapter))) {
      open("adapted", Optional.of(adapter), memory);
      submit(request("adapted", prompt(9, 1), 4)).ids();
      submit(request(prompt(9, 1), 60)).ids();
      int before = managed();
      var answer = submit(request(prompt(9, 1), 60));
      var plain = engine.embed("base", texts);
      var other = engine.embed("adapted", texts);
      for (int i = 0; i < texts.size(); i++) {
        assertThat(plain.join().get(i)).isEqualTo(unit(network, texts.get(i)));
        assertThat(other.join().get(i)).isEqualTo(unit(adapted, texts.get(i)));
      }
      assertThat(answer.ids()).hasSize(60);
      assertThat(managed()).isEqualTo(before);
    }
  }

  /** All layers at once. */
  private static float[] unit(Network net, int[] text) {
    try (var reading = new TorchReading(net.pass(text))) {
      return reading.advance(1_000).orElseThrow();
    }
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
    return request("base", prompt, maxNewTokens);
  }

  private static GenerationRequest request(String version, int[] prompt, int maxNewTokens) {
    return new GenerationRequest(
        version, prompt, new SamplingParams(0, 1, 0, 1, maxNewTokens, List.of()));
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
