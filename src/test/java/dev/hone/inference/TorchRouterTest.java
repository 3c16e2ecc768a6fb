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
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two real engines with all of their own, as two GPUs would have them, on one processor. */
class TorchRouterTest {
  private static final int WINDOW = 128;
  private static final CachePlan PLAN = new CachePlan(32, 16);

  private final List<Place> places = List.of(new Place(), new Place());
  private final Place alone = new Place();
  private final EngineRouter router =
      new EngineRouter(places.stream().map(place -> place.engine).toList());

  private static final class Place {
    private final NDManager manager = ModelLoader.manager();
    private final Network network =
        Network.load(manager, SmallModel.PLAIN.folder(), Precision.F32, WINDOW, Optional.empty());
    private final TorchVersions versions =
        new TorchVersions(manager, TorchRunner.Networks.all(network));
    private final BlockPool pool = new BlockPool(manager, network.architecture(), PLAN.prefixes());
    private final InferenceEngine engine =
        new InferenceEngine(
            new TorchRunner(manager, versions, 8, new CacheMemory(PLAN.slots()), pool),
            () -> TokenText.NONE,
            new int[] {},
            new EngineLimits(64, 8, 32, 3).with(PLAN));

    Place() {
      engine.open("base", ModelRunner.BASE);
      try (var adapter =
          LoraAdapter.load(
              manager, SmallModel.PLAIN.folder().resolve("adapter"), network.architecture())) {
        engine.open("adapter", versions.load(adapter, 1));
      }
    }

    void close() {
      engine.drain(Duration.ofSeconds(10));
      pool.close();
      versions.close();
      network.close();
      manager.close();
    }
  }

  @AfterEach
  void stop() {
    router.drain(Duration.ofSeconds(10));
    places.forEach(Place::close);
    alone.close();
  }

  @Test
  void conversationsFindWhatWasComputedOfThemAndAnswerAsOnAnyDevice() {
    var conversations = new ArrayList<int[]>();
    IntStream.range(0, 6).forEach(i -> conversations.add(prompt(35 + i, i)));
    for (int turn = 0; turn < 3; turn++) {
      var answers = new ArrayList<Answer>();
      for (int i = 0; i < conversations.size(); i++) {
        answers.add(submit(router, version(i), conversations.get(i)));
      }
      for (int i = 0; i < conversations.size(); i++) {
        int[] prompt = conversations.get(i);
        int[] answered = answers.get(i).ids();
        assertThat(answered).isEqualTo(submit(alone.engine, version(i), prompt).ids());
        var finished = (TokenEvent.Finished) answers.get(i).end();
        assertThat(finished.cachedTokens()).isEqualTo(turn == 0 ? 0 : stored(prompt.length - 12));
        conversations.set(i, joined(prompt, answered, prompt(11, turn)));
      }
    }
    assertThat(places).allSatisfy(it -> assertThat(it.engine.prefixUse().hits()).isEqualTo(6));
  }

  /** Whole blocks. The last token of an answer, before the 11 of a question, is never fed. */
  private static int stored(int length) {
    return length - length % CacheMemory.BLOCK;
  }

  private static String version(int conversation) {
    return conversation % 2 == 0 ? "base" : "adapter";
  }

  private static Answer submit(Engine engine, String version, int[] prompt) {
    var answer = new Answer();
    var params = new SamplingParams(0, 1, 0, 1, 10, List.of());
    engine.submit(new GenerationRequest(version, prompt, params), answer);
    return answer;
  }

  private static int[] joined(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  private static int[] prompt(int length, int seed) {
    int[] prompt = new int[length];
    Arrays.setAll(prompt, i -> (i * 13 + seed * 7 + 1) % 64);
    return prompt;
  }
}
