package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Hugging Face's library, on tokenizers built like real ones (tokenizer_kinds.py). */
class TokenizerKindsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"llama-2", "mistral-0.3", "llama-3", "qwen-2.5", "gpt-2", "gpt-2-prefixed"})
  void encodesAndDecodesLikeTheLibrary(String kind) throws IOException {
    JsonNode golden;
    try (var in = getClass().getResourceAsStream("/golden/tokenizers/" + kind + ".json")) {
      golden = new JsonMapper().readTree(in);
    }
    Files.writeString(folder.resolve("tokenizer.json"), golden.path("tokenizer").toString());
    Tokenizer tokenizer = Tokenizer.load(folder);
    SoftAssertions softly = new SoftAssertions();
    for (JsonNode example : golden.path("cases")) {
      String text = example.path("text").asText();
      int[] ids = ids(example.path("ids"));
      softly.assertThat(tokenizer.encode(text)).as("'%s'", text).containsExactly(ids);
      softly
          .assertThat(tokenizer.encodePlain(text))
          .as("'%s', plain", text)
          .containsExactly(ids(example.path("plain")));
      softly
          .assertThat(tokenizer.decode(ids))
          .as("'%s', decoded", text)
          .isEqualTo(example.path("decoded").asText());
      softly.assertThat(streamed(tokenizer, ids)).isEqualTo(tokenizer.decode(ids));
    }
    softly.assertAll();
    assertThat(golden.path("cases")).hasSizeGreaterThan(45);
  }

  private static String streamed(Tokenizer tokenizer, int[] ids) {
    TokenStream stream = tokenizer.stream();
    List<String> parts = Arrays.stream(ids).mapToObj(stream::push).toList();
    return String.join("", parts) + stream.flush();
  }

  private static int[] ids(JsonNode json) {
    return json.valueStream().mapToInt(JsonNode::intValue).toArray();
  }
}
