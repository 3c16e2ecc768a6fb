package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.RealModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against llama.cpp's ids (src/test/python/token_ids.py). */
class TokenizerGoldenTest {
  private static final JsonNode GOLDEN = golden();
  private static final List<String> TEXTS =
      GOLDEN.path("texts").valueStream().map(JsonNode::asText).toList();
  private static final Tokenizer TOKENIZER = Tokenizer.load(RealModel.folder());

  @TempDir Path folder;

  @Test
  void recognisesControlTokensLikeLlamaCpp() {
    check(GOLDEN.path("special"), TOKENIZER::encode);
  }

  @Test
  void leavesControlTokensAsTextLikeLlamaCpp() {
    check(GOLDEN.path("plain"), TOKENIZER::encodePlain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "default", "llama-bpe", "qwen2"})
  void cutsWordsLikeLlamaCpp(String pre) throws IOException {
    try (GgufFile file = GgufFile.open(RealModel.gguf())) {
      Map<String, Object> changed = new HashMap<>(file.metadata().values());
      changed.put("tokenizer.ggml.pre", pre);
      var json = new GgufTokenizer(new GgufMetadata("test", changed)).json();
      Files.writeString(folder.resolve("tokenizer.json"), json.toString());
    }
    check(GOLDEN.path("pre").path(pre), Tokenizer.load(folder)::encodePlain);
  }

  private static void check(JsonNode expected, Function<String, int[]> encode) {
    assertThat(expected).hasSize(200);
    Map<String, List<Integer>> wanted = new HashMap<>();
    Map<String, List<Integer>> got = new HashMap<>();
    for (int i = 0; i < TEXTS.size(); i++) {
      if (!expected.path(i).isNull()) {
        String text = TEXTS.get(i);
        wanted.put(text, expected.path(i).valueStream().map(JsonNode::intValue).toList());
        got.put(text, Arrays.stream(encode.apply(text)).boxed().toList());
      }
    }
    assertThat(got).isEqualTo(wanted);
  }

  private static JsonNode golden() {
    try (var in = TokenizerGoldenTest.class.getResourceAsStream("/golden/token-ids.json")) {
      return new JsonMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
