package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.RealModel;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against numpy's and gguf-py's reading of the same files (src/test/python/gguf_files.py). */
class GgufImportTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;

  @Test
  void keepsEveryWeightOfEveryType() throws IOException {
    GgufImport.convert(tiny(), folder);
    JsonNode golden = JSON.readTree(resource("/golden/tiny-llama.json"));
    try (var weights = Safetensors.open(folder)) {
      assertThat(weights.names()).hasSize(golden.size());
      assertThat(weights.metadata()).containsEntry("format", "pt");
      for (var tensor : golden.properties()) {
        TensorInfo info = weights.info(tensor.getKey());
        List<Long> shape =
            tensor.getValue().path("shape").valueStream().map(JsonNode::longValue).toList();
        assertThat(info.type().name()).isEqualTo(tensor.getValue().path("dtype").asText());
        assertThat(info.shape()).containsExactly(shape.toArray(Long[]::new));
        assertThat(hash(weights, info.name()))
            .as(info.name())
            .isEqualTo(tensor.getValue().path("sha256").asText());
      }
    }
  }

  @Test
  void keepsTheRealModelsWeights() {
    var golden =
        Map.of(
            "model.embed_tokens.weight",
            "3fd491c8066dd9dc1a2bf6796701526c82817d95c0ecabacdef3013c2b8bbbaa",
            "model.layers.29.mlp.down_proj.weight",
            "c19605745425a11e704e305ce3d27b632c406195d39eb3377e9cfb140ac643d1",
            "model.norm.weight",
            "3b87f8e27335e67fc08f159cabfd2d18f205d6c5b225a6f978153552bf01d559");
    try (var weights = Safetensors.open(RealModel.folder())) {
      assertThat(weights.names()).hasSize(272);
      golden.forEach((name, hash) -> assertThat(hash(weights, name)).as(name).isEqualTo(hash));
    }
  }

  @Test
  void writesTheConfigurationThatTransformersReads() throws IOException {
    JsonNode real = JSON.readTree(RealModel.folder().resolve("config.json").toFile());
    assertThat(real)
        .isEqualTo(
            JSON.readTree(
                """
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama",
                 "vocab_size": 49152, "hidden_size": 576, "intermediate_size": 1536,
                 "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3,
                 "head_dim": 64, "max_position_embeddings": 8192, "rms_norm_eps": 1e-05,
                 "rope_theta": 100000.0, "rope_scaling": null, "hidden_act": "silu",
                 "attention_bias": false, "attention_dropout": 0.0, "mlp_bias": false,
                 "initializer_range": 0.02, "pretraining_tp": 1, "tie_word_embeddings": true,
                 "torch_dtype": "float32", "use_cache": true,
                 "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2}"""));
    GgufImport.convert(tiny(), folder);
    JsonNode tiny = JSON.readTree(folder.resolve("config.json").toFile());
    assertThat(tiny.path("tie_word_embeddings").booleanValue()).isFalse();
    assertThat(tiny.path("attention_bias").booleanValue()).isTrue();
    assertThat(tiny.path("rope_theta").doubleValue()).isEqualTo(500_000);
    assertThat(tiny.path("eos_token_id")).isEqualTo(JSON.readTree("[1, 2]"));
    assertThat(
            JSON.readTree(folder.resolve("generation_config.json").toFile()).path("eos_token_id"))
        .isEqualTo(JSON.readTree("[1, 2]"));
  }

  @Test
  void rebuildsTheTokenizer() throws IOException {
    GgufImport.convert(tiny(), folder);
    Tokenizer tokenizer = Tokenizer.load(folder);
    assertThat(tokenizer.vocabularySize()).isEqualTo(32);
    assertThat(tokenizer.encode("<|begin|>abcab<tool>")).containsExactly(0, 31, 30, 3);
    assertThat(tokenizer.encodePlain("ab<tool>")).as("not a control token").containsExactly(30, 3);
    ChatFormat format = ChatFormat.load(folder);
    assertThat(format.prompt(List.of(new Message("user", "abc")))).containsExactly(0, 31, 2);
    assertThat(format.endOfTurn()).containsExactly(1, 2);
    JsonNode config = JSON.readTree(folder.resolve("tokenizer_config.json").toFile());
    assertThat(config.path("bos_token").asText()).isEqualTo("<|begin|>");
    assertThat(config.path("tokenizer_class").asText()).isEqualTo("PreTrainedTokenizerFast");
    JsonNode begin =
        JSON.readTree(folder.resolve("tokenizer.json").toFile()).path("post_processor");
    assertThat(begin.path("type").asText()).isEqualTo("TemplateProcessing");
  }

  @Test
  void refusesDamagedFilesOnlyWithItsOwnError() throws IOException {
    byte[] whole = Files.readAllBytes(tiny());
    Random random = new Random(11);
    Path damaged = folder.resolve("damaged.gguf");
    int refused = 0;
    for (int round = 0; round < 600; round++) {
      byte[] bytes = whole.clone();
      if (round % 3 == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      } else {
        for (int i = 0; i <= round % 4; i++) {
          bytes[random.nextInt(3000)] = (byte) random.nextInt(256); // metadata and descriptions
        }
      }
      Files.write(damaged, bytes);
      try {
        GgufImport.convert(damaged, folder.resolve("out"));
      } catch (ModelFormatException e) {
        assertThat(e).hasMessageStartingWith(damaged.toString());
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  @Test
  void refusesArchitecturesAndTokenizersThatItDoesNotKnow() throws IOException {
    assertThatThrownBy(
            () -> GgufImport.convert(changed("general.architecture", "llama", "gemma"), folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(
            "architecture 'gemma' is not supported; supported: llama, qwen2, qwen3, gpt2");
    assertThatThrownBy(
            () -> GgufImport.convert(changed("tokenizer.ggml.model", "gpt2", "bert"), folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("tokenizer.ggml.model is 'bert'");
    assertThatThrownBy(
            () ->
                GgufImport.convert(changed("tokenizer.ggml.pre", "llama-bpe", "llama-xyz"), folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(
            "'llama-xyz', which is not supported; supported: gpt-2, phi-2, smollm");
  }

  @Test
  void refusesModelsThatAreNotWhole() {
    assertThatThrownBy(
            () -> GgufImport.convert(changed("", "blk.0.ffn_up", "blk.1.ffn_up"), folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("tensor blk.0.ffn_up.weight is missing");
    assertThatThrownBy(
            () -> GgufImport.convert(changed("", "blk.0.attn_q.bias", "blk.0.attn_z.bias"), folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("tensor blk.0.attn_z.bias has no place");
  }

  /** The tiny model with one text replaced by another of the same length. */
  private Path changed(String key, String from, String to) throws IOException {
    String bytes = new String(Files.readAllBytes(tiny()), StandardCharsets.ISO_8859_1);
    int at = bytes.indexOf(from, bytes.indexOf(key) + key.length());
    String other = bytes.substring(0, at) + to + bytes.substring(at + from.length());
    Path file = folder.resolve("changed.gguf");
    return Files.write(file, other.getBytes(StandardCharsets.ISO_8859_1));
  }

  private Path tiny() throws IOException {
    return Files.write(folder.resolve("tiny.gguf"), resource("/golden/tiny-llama.gguf"));
  }

  private static byte[] resource(String name) throws IOException {
    try (var in = GgufImportTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static String hash(TensorSource weights, String name) {
    try {
      byte[] bytes = weights.data(name).toArray(ValueLayout.JAVA_BYTE);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
