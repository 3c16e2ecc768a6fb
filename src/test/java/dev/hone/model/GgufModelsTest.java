package dev.hone.model;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against gguf-py's reading of blocks and transformers' of models (src/test/python/gguf_models.py).
 */
class GgufModelsTest {
  private static final Path GOLDEN = SmallModel.resource("golden/gguf");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"F32", "F16", "BF16"})
  void blocksStandForTheSameWeightsToTheBit(GgufType type) {
    try (var golden = Safetensors.open(GOLDEN.resolve("blocks.safetensors"))) {
      MemorySegment bytes = golden.data(type.name() + ".bytes");
      MemorySegment values = golden.data(type.name() + ".values");
      assertThat(bytes.byteSize()).isEqualTo(type.rowBytes(values.byteSize() / 4));
      MemorySegment weights = MemorySegment.ofArray(new float[(int) (values.byteSize() / 4)]);
      type.dequantise(bytes, weights);
      assertThat(weights.mismatch(values)).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "qwen3", "llama3", "gpt2"})
  void anImportedModelsLogitsAreThoseOfTransformers(String name) {
    GgufImport.convert(GOLDEN.resolve(name + ".gguf"), folder);
    try (var golden = Safetensors.open(GOLDEN.resolve(name + ".safetensors"));
        NDManager manager = NDManager.newBaseManager();
        var network = Network.load(manager, folder, Precision.F32, 64, Optional.empty())) {
      long[] ids = golden.data("tokens").toArray(ValueLayout.JAVA_LONG_UNALIGNED);
      int[][] tokens = new int[2][40];
      for (int i = 0; i < ids.length; i++) {
        tokens[i / 40][i % 40] = (int) ids[i];
      }
      float[] expected = golden.data("logits").toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      float[] logits = network.full(manager, tokens).toFloatArray();
      assertThat(maxDifference(logits, expected)).isLessThan(1e-4);
    }
  }

  @Test
  void thePreTokenizerIsTheOneOfTheArchitecture() throws IOException {
    GgufImport.convert(GOLDEN.resolve("qwen3.gguf"), folder);
    assertThat(json("tokenizer.json").path("normalizer").path("type").asText()).isEqualTo("NFC");
    assertThat(Tokenizer.load(folder).encode("abcab<|end|>")).containsExactly(29, 28, 1);
    GgufImport.convert(GOLDEN.resolve("gpt2.gguf"), folder);
    assertThat(json("tokenizer.json").path("normalizer").isNull()).isTrue();
    assertThat(Tokenizer.load(folder).encode("abcab<|end|>")).containsExactly(29, 28, 1);
  }

  @Test
  void sentencePiecesAreJoinedByScore() throws IOException {
    try (var file = GgufFile.open(GOLDEN.resolve("pieces.gguf"))) {
      var tokenizer = new GgufTokenizer(file.metadata());
      new JsonMapper().writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer.json());
    }
    Tokenizer tokenizer = Tokenizer.load(folder);
    JsonNode cases = new JsonMapper().readTree(GOLDEN.resolve("pieces.json").toFile());
    var softly = new SoftAssertions();
    for (JsonNode example : cases) {
      String text = example.path("text").asText();
      int[] ids = example.path("ids").valueStream().mapToInt(JsonNode::intValue).toArray();
      softly.assertThat(tokenizer.encodePlain(text)).as("'%s'", text).containsExactly(ids);
      softly
          .assertThat(tokenizer.decode(ids))
          .as("'%s', decoded", text)
          .isEqualTo(example.path("decoded").asText());
    }
    softly.assertAll();
    assertThat(cases).hasSizeGreaterThan(45);
    assertThat(json("tokenizer.json").path("post_processor").path("type").asText())
        .as("a text begins with <s>, though the file does not say so")
        .isEqualTo("TemplateProcessing");
  }

  @Test
  void scaledRopeIsToldBackFromItsFactors() throws IOException {
    GgufImport.convert(GOLDEN.resolve("llama3.gguf"), folder);
    assertThat(json("config.json").path("rope_scaling"))
        .isEqualTo(
            new JsonMapper()
                .readTree(
                    """
                    {"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0,
                     "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}"""));
  }

  @Test
  void factorsThatAreNotLlama3sAreRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(GOLDEN.resolve("llama3.gguf"));
    int at;
    try (var file = GgufFile.open(GOLDEN.resolve("llama3.gguf"))) {
      byte[] factors =
          file.tensors().get("rope_freqs.weight").data().toArray(ValueLayout.JAVA_BYTE);
      at = indexOf(bytes, factors);
    }
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(at, 2f);
    Path changed = Files.write(folder.resolve("changed.gguf"), bytes);
    assertThatThrownBy(() -> GgufImport.convert(changed, folder.resolve("out")))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("rope_freqs.weight) are not those of Llama 3.1 to 3.3");
  }

  @Test
  void aMissingBiasOrHeadNormIsNamed() throws IOException {
    for (var lacking :
        List.of(
            List.of("qwen2", "blk.0.attn_k.bias"),
            List.of("qwen3", "blk.0.attn_q_norm.weight"),
            List.of("gpt2", "blk.0.ffn_up.bias"))) {
      Path whole = GOLDEN.resolve(lacking.getFirst() + ".gguf");
      String text = new String(Files.readAllBytes(whole), StandardCharsets.ISO_8859_1);
      String without = text.replace(lacking.getLast(), lacking.getLast().replace("blk.0", "blk.9"));
      Path file = folder.resolve(lacking.getFirst() + ".gguf");
      Files.write(file, without.getBytes(StandardCharsets.ISO_8859_1));
      assertThatThrownBy(() -> GgufImport.convert(file, folder.resolve("out")))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("tensor " + lacking.getLast() + " is missing");
    }
  }

  @Test
  void everyTypeOfThisTestIsInAFile() {
    try (var file = GgufFile.open(GOLDEN.resolve("qwen3.gguf"))) {
      assertThat(file.tensors().values().stream().map(GgufFile.Tensor::type))
          .containsAll(
              Set.of(
                  GgufType.Q2_K,
                  GgufType.Q3_K,
                  GgufType.Q4_K,
                  GgufType.Q5_K,
                  GgufType.Q6_K,
                  GgufType.Q5_0,
                  GgufType.Q5_1));
    }
  }

  private JsonNode json(String name) throws IOException {
    return new JsonMapper().readTree(folder.resolve(name).toFile());
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    String all = new String(bytes, StandardCharsets.ISO_8859_1);
    return all.indexOf(new String(part, StandardCharsets.ISO_8859_1));
  }
}
