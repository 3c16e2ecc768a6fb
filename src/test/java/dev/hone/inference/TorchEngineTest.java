package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.hone.model.BlockPool;
import dev.hone.model.CacheMemory;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.SmallModel;
import dev.hone.model.UnsupportedModelException;
import dev.hone.registry.UnknownModelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine over the real runner, with a small random model. */
class TorchEngineTest {
  private static final List<String> VERSIONS = List.of("base", "adapter", "published");
  private static final int[] NO_END = {};
  private static final long CACHE_BYTES = 1 << 24;
  private static final float NEAR = 1e-5f;

  @TempDir Path folder;

  private NDManager manager;
  private Network network;
  private TorchVersions versions;
  private InferenceEngine engine;

  @BeforeEach
  void start() {
    manager = ModelLoader.manager();
    network =
        Network.load(manager, SmallModel.PLAIN.folder(), Precision.F32, 128, Optional.empty());
    versions = new TorchVersions(manager, TorchRunner.Networks.all(network));
    start(CacheMemory.ofBytes(CACHE_BYTES, network.architecture()));
  }

  private void start(CacheMemory memory) {
    start(memory, Speculation.OFF);
  }

  private void start(CacheMemory memory, Speculation speculation) {
    start(memory, speculation, 0);
  }

  private void start(CacheMemory memory, Speculation speculation, int stored) {
    var pool = new BlockPool(manager, network.architecture(), stored);
    var runner = new TorchRunner(manager, versions, 4, memory, pool);
    var limits =
        new EngineLimits(64, 4, 32, 3)
            .with(speculation)
            .with(new CachePlan(memory.blocks(), stored));
    engine = new InferenceEngine(runner, () -> TokenText.NONE, NO_END, limits);
    engine.open("base", ModelRunner.BASE);
  }

  /** Another one than before under the same name, if there was one. */
  private void open(String version, LoraAdapter adapter) {
    engine.open(version, versions.load(adapter, 1));
  }

  private LoraAdapter adapter(String name) {
    return LoraAdapter.load(
        manager, SmallModel.PLAIN.folder().resolve(name), network.architecture());
  }

  @AfterEach
  void stop() {
    engine.drain(Duration.ofSeconds(10));
    versions.close();
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
  void severalVersionsInOneBatchAnswerEachLikeItsWholeForward() {
    engine.drain(Duration.ofSeconds(10));
    start(CacheMemory.ofWindows(2, 128));
    try (var one = adapter("adapter");
        var other = adapter("published")) {
      open("adapter", one);
      open("published", other);
      var answers = new ArrayList<Answer>();
      for (int i = 0; i < 18; i++) {
        answers.add(submit(request(VERSIONS.get(i % 3), promptOf(i), lengthOf(i))));
      }
      assertLikeWholeForwards(
          answers, List.of(Optional.empty(), Optional.of(one), Optional.of(other)));
    }
  }

  @Test
  void draftsOfSeveralVersionsChangeNoAnswer() {
    engine.drain(Duration.ofSeconds(10));
    start(CacheMemory.ofWindows(4, 128), Speculation.ALWAYS);
    try (var one = adapter("adapter");
        var other = adapter("published")) {
      open("adapter", one);
      open("published", other);
      submit(request(prompt(9, 1), 1)).ids();
      int before = managed();
      var answers = new ArrayList<Answer>();
      for (int i = 0; i < 18; i++) {
        answers.add(submit(request(VERSIONS.get(i % 3), repeating(i), 90)));
      }
      for (int i = 0; i < answers.size(); i++) {
        var by = List.of(Optional.<LoraAdapter>empty(), Optional.of(one), Optional.of(other));
        assertThat(answers.get(i).ids()).isEqualTo(greedy(by.get(i % 3), repeating(i), 90));
      }
      assertThat(engine.speculationUse().accepted()).isGreaterThan(100);
      submit(request(prompt(9, 1), 1)).ids();
      assertThat(managed()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void logprobsBehindADraftAreThoseWithoutOne(double temperature) {
    var params = new SamplingParams(temperature, 1, 0, 0, 5, 90, List.of(), LogitBias.NONE, 3);
    var request = new GenerationRequest("base", repeating(2), params);
    var plain = tokens(submit(request));
    engine.drain(Duration.ofSeconds(10));
    start(CacheMemory.ofWindows(4, 128), Speculation.ALWAYS);
    var drafted = tokens(submit(request));
    assertThat(engine.speculationUse().accepted()).isPositive();
    assertThat(drafted).hasSameSizeAs(plain);
    for (int i = 0; i < plain.size(); i++) {
      var token = drafted.get(i);
      assertThat(token.id()).isEqualTo(plain.get(i).id());
      assertThat(token.logprob()).isCloseTo(plain.get(i).logprob(), within(1e-4f));
      assertThat(token.sampledLogprob()).isCloseTo(plain.get(i).sampledLogprob(), within(1e-4f));
      assertThat(token.alternatives()).hasSize(3);
    }
  }

  private static List<TokenEvent.Token> tokens(Answer answer) {
    return answer.events().stream()
        .filter(TokenEvent.Token.class::isInstance)
        .map(TokenEvent.Token.class::cast)
        .toList();
  }

  /** Three or four tokens again and again. */
  private static int[] repeating(int i) {
    int[] prompt = new int[12 + i];
    Arrays.setAll(prompt, at -> (at % (3 + i % 2) * 13 + i * 7 + 1) % 64);
    return prompt;
  }

  @Test
  void versionsComeAndGoWhileOthersAreServed() {
    try (var one = adapter("adapter");
        var other = adapter("published")) {
      open("adapter", one);
      var answers = new ArrayList<Answer>();
      for (int i = 0; i < 6; i++) {
        answers.add(submit(request(VERSIONS.get(i % 2), promptOf(i), 90)));
      }
      open("published", other);
      var late = submit(request("published", promptOf(1), 20));
      engine.retire("adapter");
      open("adapter", other);
      var reopened = submit(request("adapter", promptOf(1), 20));
      for (int i = 0; i < 6; i++) {
        var by = i % 2 == 0 ? Optional.<LoraAdapter>empty() : Optional.of(one);
        assertThat(answers.get(i).ids()).isEqualTo(greedy(by, promptOf(i), 90));
      }
      int[] expected = greedy(Optional.of(other), promptOf(1), 20);
      assertThat(late.ids()).isEqualTo(expected);
      assertThat(reopened.ids()).isEqualTo(expected);
    }
  }

  @Test
  void anAdapterThatCannotBeLoadedHarmsNobody() {
    try (var one = adapter("adapter");
        var broken = adapter("adapter")) {
      open("adapter", one);
      var before = submit(request("adapter", promptOf(1), 60));
      long bytes = versions.adapterBytes();
      broken.matrices().getLast().set(new NDIndex(0, 0), Float.NaN);
      assertThatThrownBy(() -> versions.load(broken, 1))
          .isInstanceOf(UnsupportedModelException.class);
      assertThat(versions.adapterBytes()).isEqualTo(bytes);
      int[] expected = greedy(Optional.of(one), promptOf(1), 60);
      assertThat(before.ids()).isEqualTo(expected);
      assertThat(submit(request("adapter", promptOf(1), 60)).ids()).isEqualTo(expected);
    }
  }

  @Test
  void fullWeightsAnswerBesideTheBaseAndAnAdapterEachLikeItsWholeForward() {
    serveFull(Speculation.OFF, 0);
    try (var one = adapter("adapter");
        var merged = merged().prefill()) {
      open("adapter", one);
      engine.open("full", versions.load(merged(), 1));
      var kinds = List.of("base", "full", "adapter", "full");
      var answers = new ArrayList<Answer>();
      for (int i = 0; i < 20; i++) {
        answers.add(submit(request(kinds.get(i % 4), promptOf(i), lengthOf(i))));
      }
      for (int i = 0; i < 20; i++) {
        var by = i % 4 == 2 ? Optional.of(one) : Optional.<LoraAdapter>empty();
        var net = i % 2 == 1 ? merged : network;
        assertThat(answers.get(i).ids()).isEqualTo(greedy(net, by, promptOf(i), lengthOf(i)));
      }
    }
  }

  @Test
  void draftsAndStoredBeginningsOfFullWeightsChangeNoAnswer() {
    serveFull(Speculation.ALWAYS, 20);
    try (var merged = merged().prefill()) {
      engine.open("full", versions.load(merged(), 1));
      submit(request(prompt(9, 1), 1)).ids();
      int before = managed();
      for (int round = 0; round < 2; round++) {
        var ofBase = submit(request("base", repeating(30), 60));
        var ofFull = submit(request("full", repeating(30), 60));
        assertThat(ofBase.ids()).isEqualTo(greedy(network, Optional.empty(), repeating(30), 60));
        assertThat(ofFull.ids()).isEqualTo(greedy(merged, Optional.empty(), repeating(30), 60));
      }
      assertThat(engine.speculationUse().accepted()).isPositive();
      assertThat(engine.prefixUse().cachedTokens()).isPositive();
      submit(request(prompt(9, 1), 1)).ids();
      assertThat(managed()).isEqualTo(before);
    }
  }

  @Test
  void vectorsOfFullWeightsAreTheirOwn() {
    serveFull(Speculation.OFF, 0);
    int[] text = prompt(17, 4);
    try (var merged = merged().prefill()) {
      engine.open("full", versions.load(merged(), 1));
      var answer = submit(request(prompt(9, 1), 60));
      assertThat(engine.embed("full", List.of(text)).join().getFirst())
          .containsExactly(unit(merged, text), within(NEAR));
      assertThat(answer.ids()).hasSize(60);
    }
  }

  @Test
  void fullWeightsThatRetireGiveTheirMemoryBackOnceTheirAnswersAreDone() {
    serveFull(Speculation.OFF, 0);
    submit(request(prompt(9, 1), 1)).ids();
    int before = managed();
    for (int i = 0; i < 3; i++) {
      engine.open("full", versions.load(merged(), 1));
      assertThat(managed()).isGreaterThan(before + 20);
      var gone = new CompletableFuture<Void>();
      var answer = submit(request("full", prompt(9, 1), 90));
      engine.retire("full", () -> gone.complete(null));
      assertThat(answer.ids()).hasSize(90);
      gone.join();
      submit(request(prompt(9, 1), 1)).ids();
      assertThat(managed()).isEqualTo(before);
    }
    assertThatThrownBy(() -> submit(request("full", prompt(9, 1), 1)))
        .isInstanceOf(UnknownModelException.class);
  }

  private void serveFull(Speculation speculation, int stored) {
    engine.drain(Duration.ofSeconds(10));
    start(CacheMemory.ofWindows(4, 128), speculation, stored);
    SmallModel.PLAIN.merged(SmallModel.PLAIN.folder().resolve("published"), folder);
  }

  private TorchRunner.Networks merged() {
    return versions.base().of(manager, folder);
  }

  private void assertLikeWholeForwards(List<Answer> answers, List<Optional<LoraAdapter>> by) {
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).ids())
          .isEqualTo(greedy(by.get(i % by.size()), promptOf(i), lengthOf(i)));
    }
  }

  private static int[] promptOf(int i) {
    return prompt(3 + 11 * i % 31, i);
  }

  private static int lengthOf(int i) {
    return 4 + 17 * i % 83;
  }

  /** Without a cache: the whole sequence anew for each token. */
  private int[] greedy(Optional<LoraAdapter> adapter, int[] prompt, int count) {
    return greedy(network, adapter, prompt, count);
  }

  private int[] greedy(Network under, Optional<LoraAdapter> adapter, int[] prompt, int count) {
    int[] tokens = prompt;
    try (var net = under.adapted(adapter)) {
      for (int i = 0; i < count; i++) {
        try (NDManager step = manager.newSubManager()) {
          float[] logits = net.full(step, new int[][] {tokens}).toFloatArray();
          tokens = Arrays.copyOf(tokens, tokens.length + 1);
          tokens[tokens.length - 1] = largest(logits, logits.length - 64);
        }
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
  void aVersionThatComesAndGoesLeavesNothingBehindOnceTheNextIsLoaded() {
    try (var adapter = adapter("adapter")) {
      comeAndGo(adapter);
      int before = managed();
      long bytes = versions.adapterBytes();
      for (int i = 0; i < 3; i++) {
        comeAndGo(adapter);
      }
      assertThat(managed()).isEqualTo(before);
      assertThat(versions.adapterBytes()).isEqualTo(bytes);
    }
  }

  private void comeAndGo(LoraAdapter adapter) {
    open("adapter", adapter);
    submit(request("adapter", prompt(9, 1), 20)).ids();
    engine.retire("adapter");
    submit(request(prompt(9, 1), 20)).ids();
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
    var texts = List.of(prompt(1, 2), prompt(128, 3), prompt(17, 4));
    try (var adapter = adapter("adapter");
        var adapted = network.adapted(Optional.of(adapter))) {
      open("adapter", adapter);
      submit(request("adapter", prompt(9, 1), 4)).ids();
      submit(request(prompt(9, 1), 60)).ids();
      int before = managed();
      var answer = submit(request(prompt(9, 1), 60));
      var plain = engine.embed("base", texts);
      var other = engine.embed("adapter", texts);
      for (int i = 0; i < texts.size(); i++) {
        assertThat(plain.join().get(i)).isEqualTo(unit(network, texts.get(i)));
        assertThat(other.join().get(i)).containsExactly(unit(adapted, texts.get(i)), within(NEAR));
      }
      assertThat(answer.ids()).hasSize(60);
      assertThat(managed()).isEqualTo(before);
    }
  }

  /** All layers at once. */
  private static float[] unit(Network net, int[] text) {
    try (var reading = new TorchReading(net.pass(text), () -> {})) {
      return reading.advance(1_000).orElseThrow();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1.2})
  void twoRepeatableRunsAloneAreEqualToTheBit(double temperature) {
    engine.drain(Duration.ofSeconds(10));
    start(CacheMemory.ofWindows(4, 128), Speculation.ALWAYS, 20);
    var params = new SamplingParams(temperature, 1, 0, 5, 50, List.of()).withRepeatable(true);
    var request = new GenerationRequest("base", prompt(70, 3), params);
    var first = submit(request);
    assertThat(first.ids()).hasSize(50);
    submit(request(prompt(70, 3), 50)).ids();
    var again = submit(request);
    assertThat(again.ids()).isEqualTo(first.ids());
    assertThat(logprobs(again)).isEqualTo(logprobs(first));
    assertThat(engine.speculationUse().drafted()).isPositive();
    assertThat(engine.prefixUse().cachedTokens()).isPositive();
  }

  private static List<Float> logprobs(Answer answer) {
    return answer.events().stream()
        .filter(TokenEvent.Token.class::isInstance)
        .map(event -> ((TokenEvent.Token) event).logprob())
        .toList();
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
}
