package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.RealModel;
import dev.hone.TestModel;
import dev.hone.model.Architecture;
import dev.hone.model.LoraAdapter;
import dev.hone.model.LoraLayout;
import dev.hone.model.LoraShape;
import dev.hone.model.LoraTarget;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.registry.BaseMismatchException;
import dev.hone.registry.Candidate;
import dev.hone.registry.ModelStore;
import dev.hone.registry.VersionFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A version of the real base, with a small random adapter, is served beside the base. What PEFT is
 * to be compared with is written to target/peft/real (src/test/python/peft_logits.py).
 */
class RealVersionTest {
  private static final int WINDOW = 512;
  private static final int VERSION_TOKENS = 12;
  private static final float NEAR_TIE = 0.002f;
  private static final LoraShape SHAPE = new LoraShape(4, 8, Set.of(LoraTarget.values()));
  private static final Path FOR_PEFT = Path.of("target", "peft", "real");

  @TempDir static Path home;

  private static ModelStore store;
  private static String version;
  private static LoadedBase loaded;
  private static JsonNode prompts;

  @BeforeAll
  static void load() throws IOException {
    Path models = Files.createDirectories(home.resolve("models"));
    Files.createSymbolicLink(models.resolve("base"), TestModel.models().resolve("base"));
    store = new ModelStore(models);
    version = publish();
    loaded = new ModelLoader(config(models)).load();
    for (String served : List.of(TestModel.ID, version)) {
      loaded.open(served, Optional.empty());
    }
    try (InputStream in = RealModelTest.class.getResourceAsStream("/golden/real-logits.json")) {
      prompts = new JsonMapper().readTree(in).path("prompts");
    }
  }

  @AfterAll
  static void close() {
    loaded.engine().drain(Duration.ofSeconds(10));
    loaded.close();
  }

  @Test
  void aMixOfBothAnswersEachLikeItsOwnWholeForward() throws IOException {
    var ofBase = new ArrayList<Answer>();
    var ofVersion = new ArrayList<Answer>();
    for (int i = 0; i < 4; i++) {
      ofBase.add(submit(TestModel.ID, i, prompts.get(i).path("continuation").size()));
      ofVersion.add(submit(version, i, VERSION_TOKENS));
    }
    for (int i = 0; i < 4; i++) {
      int[] answered = ofBase.get(i).ids();
      assertThat(ids(prompts.get(i).path("continuation"))).startsWith(answered);
      assertThat(answered).hasSizeGreaterThan(2);
    }
    try (NDManager manager = NDManager.newBaseManager();
        var adapter = LoraAdapter.load(manager, store.version(version), architecture());
        var network = network(manager, adapter)) {
      for (int i = 0; i < 4; i++) {
        int[] expected = greedy(manager, network, prompt(i));
        assertThat(ofVersion.get(i).ids()).startsWith(expected);
        assertThat(expected).hasSizeGreaterThan(2);
        int[] base = ids(prompts.get(i).path("continuation"));
        assertThat(Arrays.copyOf(base, expected.length)).isNotEqualTo(expected);
      }
      writeForPeft(network.full(manager, new int[][] {prompt(0)}).toFloatArray());
    }
  }

  @Test
  void anAdapterOfAnotherBaseIsRefused() throws IOException {
    Path models = Files.createDirectories(home.resolve("elsewhere"));
    var elsewhere = new ModelStore(models);
    elsewhere.install(
        TestModel.ID,
        "test",
        folder -> {
          for (String file : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(RealModel.folder().resolve(file), folder.resolve(file));
          }
          Files.writeString(folder.resolve("model.safetensors"), "other weights");
        });
    Files.createSymbolicLink(models.resolve("versions"), home.resolve("models/versions"));
    assertThatThrownBy(() -> VersionFolder.open(elsewhere, version))
        .isInstanceOf(BaseMismatchException.class);
  }

  private static Answer submit(String served, int prompt, int tokens) {
    var answer = new Answer();
    var params = new SamplingParams(0, 1, 0, 0, Math.max(1, tokens), List.of());
    loaded.engine().submit(new GenerationRequest(served, prompt(prompt), params), answer);
    return answer;
  }

  /** Up to a near tie, which rounding may decide, or the end of the turn. */
  private static int[] greedy(NDManager manager, Network network, int[] prompt) {
    int[] tokens = prompt;
    int end = loaded.model(version).format().endOfTurn()[0];
    while (tokens.length < prompt.length + VERSION_TOKENS && !answered(tokens, prompt, end)) {
      try (NDManager step = manager.newSubManager()) {
        float[] logits = network.full(step, new int[][] {tokens}).toFloatArray();
        int vocabulary = network.architecture().vocabulary();
        float[] last = Arrays.copyOfRange(logits, logits.length - vocabulary, logits.length);
        int best = largest(last);
        float value = last[best];
        last[best] = Float.NEGATIVE_INFINITY;
        if (value - last[largest(last)] < NEAR_TIE) {
          break;
        }
        tokens = Arrays.copyOf(tokens, tokens.length + 1);
        tokens[tokens.length - 1] = best;
      }
    }
    return Arrays.copyOfRange(tokens, prompt.length, tokens.length);
  }

  private static boolean answered(int[] tokens, int[] prompt, int end) {
    return tokens.length > prompt.length && tokens[tokens.length - 1] == end;
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 0; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static Network network(NDManager manager, LoraAdapter adapter) {
    return Network.load(
        manager, RealModel.folder(), Precision.F32_PREPACKED, WINDOW, Optional.of(adapter));
  }

  private static String publish() throws IOException {
    Path folder = Files.createDirectory(home.resolve("adapter"));
    try (NDManager manager = NDManager.newBaseManager()) {
      var random = new Random(3);
      var matrices =
          LoraLayout.of(SHAPE, architecture()).stream()
              .map(tensor -> matrix(manager, tensor.shape(), random))
              .toList();
      new LoraAdapter(SHAPE, matrices).save(folder, architecture(), TestModel.ID);
    }
    var candidate = Candidate.of(store, TestModel.ID, TestModel.ID, folder);
    candidate.install(store);
    return candidate.id();
  }

  private static NDArray matrix(NDManager manager, long[] shape, Random random) {
    float[] values = new float[(int) (shape[0] * shape[1])];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.08 * random.nextGaussian());
    }
    return manager.create(values, new Shape(shape));
  }

  private static void writeForPeft(float[] logits) throws IOException {
    Path copy = Files.createDirectories(FOR_PEFT.resolve("version"));
    try (var files = Files.newDirectoryStream(store.version(version))) {
      for (Path file : files) {
        Files.write(copy.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
    int vocabulary = architecture().vocabulary();
    new JsonMapper()
        .writeValue(
            FOR_PEFT.resolve("logits.json").toFile(),
            Map.of(
                "tokens",
                prompt(0),
                "logits",
                Arrays.copyOfRange(logits, logits.length - vocabulary, logits.length)));
  }

  private static Architecture architecture() {
    return Architecture.load(RealModel.folder());
  }

  private static int[] prompt(int index) {
    return ids(prompts.get(index).path("ids"));
  }

  private static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).asInt();
    }
    return ids;
  }

  private static InferenceConfig config(Path models) {
    return TestConfig.of(
        Map.of(
            "hone.data",
            home.toString(),
            "hone.models",
            models.toString(),
            "hone.model",
            TestModel.ID,
            "hone.inference.precision",
            "f32-prepacked",
            "hone.inference.context-window",
            "" + WINDOW));
  }
}
