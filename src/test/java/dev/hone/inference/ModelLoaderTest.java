package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.TestModel;
import dev.hone.model.Message;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the real model's folder to an answer, as at the server's first and second start. */
class ModelLoaderTest {
  @TempDir Path data;

  @Test
  void theFirstStartMeasuresTheSecondRemembersAndBothAnswer() throws IOException {
    var file = data.resolve("precision.json");
    assertThat(answer(config("auto"))).contains("Paris");
    assertThat(file).content().contains("\"outcome\" : \"usable\"", "F32_PREPACKED");
    var longAgo = FileTime.fromMillis(0);
    Files.setLastModifiedTime(file, longAgo);
    assertThat(answer(config("auto"))).contains("Paris");
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
  }

  @Test
  void aPrecisionThatIsSetIsNotMeasured() {
    assertThat(answer(config("f32-prepacked"))).contains("Paris");
    assertThat(data.resolve("precision.json")).doesNotExist();
  }

  @Test
  void aLongWindowIsCutToTheMemoryOfKeysAndValuesUnlessItIsSet() {
    var net = SmallModel.PLAIN.architecture();
    long perToken = net.cacheBytesPerToken();
    assertThat(ModelLoader.window(cache(128 * perToken), net)).isEqualTo(128);
    assertThat(ModelLoader.window(cache(100 * perToken), net)).isEqualTo(96);
    var set = TestConfig.of(memory(100 * perToken, "hone.inference.context-window", "120"));
    assertThat(ModelLoader.window(set.inference(), net)).isEqualTo(120);
  }

  private InferenceConfig.Inference cache(long bytes) {
    return TestConfig.of(memory(bytes, "hone.inference.precision", "auto")).inference();
  }

  private Map<String, String> memory(long bytes, String key, String value) {
    return Map.of(
        "hone.data",
        data.toString(),
        "hone.models",
        data.toString(),
        "hone.model",
        "any",
        "hone.inference.cache-memory",
        "" + bytes,
        key,
        value);
  }

  private static String answer(InferenceConfig config) {
    var loaded = new ModelLoader(config).load();
    var model = loaded.model(TestModel.ID);
    try {
      assertThat(model.contextWindow()).isEqualTo(8192);
      loaded.open(TestModel.ID, Optional.empty());
      int[] prompt =
          model.format().prompt(List.of(new Message("user", "What is the capital of France?")));
      var answer = new Answer();
      var params = new SamplingParams(0, 1, 0, 0, 40, List.of());
      loaded.engine().submit(new GenerationRequest(TestModel.ID, prompt, params), answer);
      return answer.text();
    } finally {
      loaded.engine().drain(Duration.ofSeconds(10));
      loaded.close();
    }
  }

  private InferenceConfig config(String precision) {
    return TestConfig.of(
        Map.of(
            "hone.data",
            data.toString(),
            "hone.models",
            TestModel.models().toString(),
            "hone.model",
            TestModel.ID,
            "hone.inference.precision",
            precision));
  }
}
