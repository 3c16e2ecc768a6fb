package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.RealModel;
import dev.hone.model.CacheMemory;
import dev.hone.model.Cpu;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real model against transformers' reading of the same file (src/test/python/real_logits.py).
 */
class RealModelTest {
  private static final double TOLERANCE = 1e-3;
  private static final long CACHE_BYTES = 1L << 30;

  private static JsonNode golden;
  private static NDManager manager;
  private static Network network;

  @BeforeAll
  static void load() throws IOException {
    try (InputStream in = RealModelTest.class.getResourceAsStream("/golden/real-logits.json")) {
      golden = new JsonMapper().readTree(in);
    }
    manager = ModelLoader.manager();
    network =
        Network.load(manager, RealModel.folder(), Precision.F32_PREPACKED, 512, Optional.empty());
  }

  @AfterAll
  static void close() {
    network.close();
    manager.close();
  }

  @Test
  void logitsAreThoseOfTransformers() {
    for (JsonNode prompt : golden.path("prompts")) {
      int[] ids = ids(prompt.path("ids"));
      try (NDManager step = manager.newSubManager()) {
        float[] logits = network.full(step, new int[][] {ids}).toFloatArray();
        assertNear(prompt.path("last"), logits, ids.length - 1);
        prompt.path("at").forEach(at -> assertNear(at, logits, at.path("position").asInt()));
        assertNearOverTheWholeRow(prompt.path("every"), logits, ids.length - 1);
      }
    }
  }

  /**
   * The file's blocks are kept as they are, so what is lost is what bf16 activations lose, and in
   * the output layer those of 8 bits, or of 7 where 8 would overflow.
   */
  @Test
  void fourBitsLoseNextToNothingOfAFileOfFourBits() {
    int[] text = TextLoss.shippedText(RealModel.folder());
    try (var four =
        Network.load(manager, RealModel.folder(), Precision.INT4, text.length, Optional.empty())) {
      var loss = TextLoss.against(manager, network, Arrays.copyOf(text, 256));
      double most = Cpu.current().overflowsBytes() ? 0.05 : 0.01;
      assertThat(loss.of(manager, four).perplexity()).isBetween(-0.01, most);
    }
  }

  @Test
  void logProbsAreThoseOfTransformers() {
    int[] ids = ids(golden.path("text").path("ids"));
    JsonNode expected = golden.path("text").path("logprobs");
    try (NDManager step = manager.newSubManager()) {
      float[] logProbs = network.logProbs(step, new int[][] {ids}).toFloatArray();
      assertThat(logProbs).hasSize(expected.size());
      for (int i = 0; i < logProbs.length; i++) {
        assertThat(logProbs[i]).isCloseTo((float) expected.get(i).asDouble(), near());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OFF", "ALWAYS"})
  void greedyContinuationsInOneBatchAreThoseOfTransformers(Speculation speculation) {
    var own = NDManager.newBaseManager();
    var loaded =
        Network.load(own, RealModel.folder(), Precision.F32_PREPACKED, 512, Optional.empty());
    var runner =
        new TorchRunner(
            own,
            TorchRunner.Networks.all(loaded),
            16,
            CacheMemory.ofBytes(CACHE_BYTES, loaded.architecture()));
    var limits = new EngineLimits(64, 16, 512, 16).with(speculation);
    var engine = new InferenceEngine(runner, () -> TokenText.NONE, new int[] {}, limits);
    engine.open("base", ModelRunner.BASE);
    try {
      var answers = new ArrayList<Answer>();
      for (JsonNode prompt : golden.path("prompts")) {
        int length = Math.max(1, prompt.path("continuation").size());
        var params = new SamplingParams(0, 1, 0, 0, length, List.of());
        answers.add(new Answer());
        engine.submit(
            new GenerationRequest("base", ids(prompt.path("ids")), params), answers.getLast());
      }
      for (int i = 0; i < answers.size(); i++) {
        int[] expected = ids(golden.path("prompts").get(i).path("continuation"));
        assertThat(answers.get(i).ids()).startsWith(expected);
      }
      assertThat(engine.speculationUse().accepted() > 0).isEqualTo(speculation != Speculation.OFF);
    } finally {
      engine.drain(Duration.ofSeconds(1));
      loaded.close();
      own.close();
    }
  }

  private static void assertNear(JsonNode top, float[] logits, int position) {
    int from = position * network.architecture().vocabulary();
    int[] ids = ids(top.path("ids"));
    for (int i = 0; i < ids.length; i++) {
      float expected = (float) top.path("logits").get(i).asDouble();
      assertThat(logits[from + ids[i]]).isCloseTo(expected, near());
    }
  }

  private static void assertNearOverTheWholeRow(JsonNode every, float[] logits, int position) {
    int vocabulary = network.architecture().vocabulary();
    int apart = vocabulary / every.size();
    assertThat(every.size()).isEqualTo(768);
    for (int i = 0; i < every.size(); i++) {
      float expected = (float) every.get(i).asDouble();
      assertThat(logits[position * vocabulary + i * apart]).isCloseTo(expected, near());
    }
  }

  private static Offset<Float> near() {
    return within((float) TOLERANCE);
  }

  private static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).asInt();
    }
    return ids;
  }
}
