package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.hone.model.BlockPool;
import dev.hone.model.CacheMemory;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.SmallModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same with real keys and values: slots moved, grown, given up, filled from stored blocks. */
class TorchChaosTest {
  private static final long SEED = 7;
  private static final int REQUESTS = 100;
  private static final int SLOTS = 4;
  private static final int WINDOW = 128;

  /**
   * Logits of one sequence agree within this, whoever is beside it; nearer ones may change places.
   */
  private static final float TIE = 1e-3f;

  private final NDManager manager = ModelLoader.manager();
  private final Network network = SmallModel.PLAIN.load(manager, Precision.F32);
  private final LoraAdapter adapter =
      LoraAdapter.load(
          manager, SmallModel.PLAIN.folder().resolve("adapter"), network.architecture());

  @ParameterizedTest
  @EnumSource(names = {"OFF", "ALWAYS"})
  @Timeout(120)
  void aHundredSequencesThatTakeEachOthersMemoryAnswerAsTheyWouldAlone(Speculation speculation) {
    var requests = requests();
    var memory = new CacheMemory(CacheMemory.blocksOf(WINDOW) + 3);
    var pool = new BlockPool(manager, network.architecture(), 6);
    var limits =
        new EngineLimits(REQUESTS, SLOTS, 48, 12)
            .with(new CachePlan(memory.blocks(), 6))
            .with(speculation);
    var engine = engine(limits, memory, pool);
    var answers = submitAll(engine, requests);
    answers.forEach(Answer::end);
    assertThat(engine.preemptions()).isPositive();
    assertThat(engine.prefixUse().hits()).isPositive();
    assertThat(engine.speculationUse().accepted() > 100).isEqualTo(speculation != Speculation.OFF);
    var use = engine.cacheUse();
    assertThat(use.slots()).isBetween(1, use.slotsTotal());
    assertThat(use.stored()).isBetween(1, use.storedTotal());
    engine.retire("base");
    engine.retire("adapted");
    engine.drain(Duration.ofSeconds(10));
    assertThat(engine.cacheUse().stored()).isZero();
    assertThat(engine.cacheUse().slots()).isZero();
    pool.close();
    var alone = alone(requests);
    for (int i = 0; i < REQUESTS; i++) {
      assertSameButForTies(answers.get(i), alone.get(i));
    }
    adapter.close();
    network.close();
    manager.close();
  }

  private List<Answer> alone(List<GenerationRequest> requests) {
    var none = new BlockPool(manager, network.architecture(), 0);
    var engine =
        engine(
            new EngineLimits(REQUESTS, 1, WINDOW, WINDOW), CacheMemory.ofWindows(2, WINDOW), none);
    var answers = submitAll(engine, requests);
    answers.forEach(Answer::end);
    engine.drain(Duration.ofSeconds(10));
    return answers;
  }

  private InferenceEngine engine(EngineLimits limits, CacheMemory memory, BlockPool pool) {
    var versions = new TorchVersions(manager, TorchRunner.Networks.all(network));
    var runner = new TorchRunner(manager, versions, SLOTS, memory, pool);
    var engine = new InferenceEngine(runner, () -> TokenText.NONE, new int[] {}, limits);
    engine.open("base", ModelRunner.BASE);
    engine.open("adapted", versions.load(adapter, 1));
    return engine;
  }

  private static List<Answer> submitAll(InferenceEngine engine, List<GenerationRequest> requests) {
    var answers = new ArrayList<Answer>();
    for (GenerationRequest request : requests) {
      answers.add(new Answer());
      engine.submit(request, answers.getLast());
    }
    return answers;
  }

  private static List<GenerationRequest> requests() {
    var random = new SplittableRandom(SEED);
    var requests = new ArrayList<GenerationRequest>();
    for (int i = 0; i < REQUESTS; i++) {
      int[] prompt = new int[1 + random.nextInt(80)];
      int beginning = random.nextInt(3);
      Arrays.setAll(prompt, at -> (at * 13 + beginning * 7 + 1) % 64);
      prompt[prompt.length - 1] = random.nextInt(64);
      int length = 1 + random.nextInt(WINDOW - prompt.length);
      var params = new SamplingParams(0, 1, 0, 0, 1, length, List.of(), LogitBias.NONE, 2);
      var request =
          new GenerationRequest(random.nextInt(3) == 0 ? "adapted" : "base", prompt, params);
      requests.add(random.nextInt(3) == 0 ? request.with(Priority.BATCH) : request);
    }
    return requests;
  }

  private static void assertSameButForTies(Answer answer, Answer alone) {
    int[] ids = answer.ids();
    int[] expected = alone.ids();
    int same = Arrays.mismatch(ids, expected);
    if (same >= 0) {
      assertThat(ids).hasSameSizeAs(expected);
      var token = (TokenEvent.Token) alone.events().get(same);
      float first = token.alternatives().get(0).logprob();
      assertThat(first - token.alternatives().get(1).logprob()).isLessThan(TIE);
    }
  }
}
