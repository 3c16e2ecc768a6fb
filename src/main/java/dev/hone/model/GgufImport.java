package dev.hone.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Turns a GGUF file into a Hugging Face model folder.
 *
 * <p>Nothing is lost: F32, F16 and BF16 tensors keep their type, quantised ones are stored as the
 * F32 values that they stand for. A Q8_0 weight is a half-precision scale times -128 to 127, a Q4_1
 * weight one times 0 to 15 plus a half-precision minimum: 18 and more significant bits, where BF16
 * has 8 and F16 has 11. The price is size: 4 bytes a weight, 538 MB for the 135M weights that take
 * 98 MB as Q4_1.
 */
public final class GgufImport {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private GgufImport() {}

  /**
   * Writes {@code config.json}, {@code generation_config.json}, {@code tokenizer.json}, {@code
   * tokenizer_config.json} and {@code model.safetensors}.
   *
   * @param folder created if absent; what it holds after a failure is unusable
   * @throws ModelFormatException if the file is malformed, or of an architecture, tokenizer or
   *     tensor type that is not supported; the message names what is
   */
  public static void convert(Path gguf, Path folder) {
    try (GgufFile file = GgufFile.open(gguf)) {
      GgufMetadata metadata = file.metadata();
      String architecture = metadata.requiredText("general.architecture");
      if (!architecture.equals("llama")) {
        throw new ModelFormatException(
            gguf, "architecture '" + architecture + "' is not supported; supported: llama");
      }
      GgufTokenizer tokenizer = new GgufTokenizer(metadata);
      ObjectNode config = config(file, tokenizer);
      var weights =
          new GgufWeights(gguf, file.tensors().values(), config.get("head_dim").intValue());
      weights.checkComplete(config.get("num_hidden_layers").intValue());
      Files.createDirectories(folder);
      write(folder, "config.json", config);
      write(folder, "generation_config.json", generationConfig(tokenizer));
      write(folder, "tokenizer.json", tokenizer.json());
      write(
          folder,
          "tokenizer_config.json",
          tokenizer.config(metadata.requiredCount("llama.context_length")));
      weights.write(folder.resolve("model.safetensors"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path folder, String name, ObjectNode json) throws IOException {
    JSON.writeValue(folder.resolve(name).toFile(), json);
  }

  private static ObjectNode config(GgufFile file, GgufTokenizer tokenizer) {
    GgufMetadata metadata = file.metadata();
    int hidden = metadata.requiredCount("llama.embedding_length");
    int heads = metadata.requiredCount("llama.attention.head_count");
    if (heads == 0 || hidden % heads != 0) {
      throw new ModelFormatException(
          metadata.file(),
          "embedding length " + hidden + " is not divisible by " + heads + " heads");
    }
    int headDimension = metadata.count("llama.attention.key_length").orElse(hidden / heads);
    checkRope(file, headDimension);
    GgufFile.Tensor embedding = file.tensors().get("token_embd.weight");
    if (embedding == null || embedding.shape()[0] != tokenizer.vocabularySize()) {
      throw new ModelFormatException(
          metadata.file(),
          "token_embd.weight does not have a row for each of "
              + tokenizer.vocabularySize()
              + " tokens");
    }
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    config
        .put("model_type", "llama")
        .put("vocab_size", tokenizer.vocabularySize())
        .put("hidden_size", hidden)
        .put("intermediate_size", metadata.requiredCount("llama.feed_forward_length"))
        .put("num_hidden_layers", metadata.requiredCount("llama.block_count"))
        .put("num_attention_heads", heads)
        .put("num_key_value_heads", metadata.count("llama.attention.head_count_kv").orElse(heads))
        .put("head_dim", headDimension)
        .put("max_position_embeddings", metadata.requiredCount("llama.context_length"))
        .put("rms_norm_eps", metadata.number("llama.attention.layer_norm_rms_epsilon").orElse(1e-6))
        .put("rope_theta", metadata.number("llama.rope.freq_base").orElse(10_000.0))
        .putNull("rope_scaling")
        .put("hidden_act", "silu")
        .put("attention_bias", file.tensors().containsKey("blk.0.attn_q.bias"))
        .put("attention_dropout", 0.0)
        .put("mlp_bias", file.tensors().containsKey("blk.0.ffn_up.bias"))
        .put("initializer_range", 0.02)
        .put("pretraining_tp", 1)
        .put("tie_word_embeddings", !file.tensors().containsKey("output.weight"))
        .put("torch_dtype", "float32")
        .put("use_cache", true);
    return putIds(config, tokenizer);
  }

  /** Scaled RoPE cannot be told back from what GGUF keeps of it. */
  private static void checkRope(GgufFile file, int headDimension) {
    GgufMetadata metadata = file.metadata();
    String scaling = metadata.text("llama.rope.scaling.type").orElse("none");
    if (!scaling.equals("none") || file.tensors().containsKey("rope_freqs.weight")) {
      throw new ModelFormatException(
          metadata.file(), "uses scaled RoPE (" + scaling + "), which is not supported");
    }
    int turned = metadata.count("llama.rope.dimension_count").orElse(headDimension);
    if (turned != headDimension || headDimension % 2 != 0) {
      throw new ModelFormatException(
          metadata.file(),
          "turns " + turned + " of " + headDimension + " dimensions of a head; all are supported");
    }
  }

  private static ObjectNode generationConfig(GgufTokenizer tokenizer) {
    return putIds(JsonNodeFactory.instance.objectNode().put("_from_model_config", true), tokenizer);
  }

  /** The end of a turn may be a token of its own beside the end of a text: either stops. */
  private static ObjectNode putIds(ObjectNode json, GgufTokenizer tokenizer) {
    tokenizer.id("bos").ifPresent(id -> json.put("bos_token_id", id));
    var endOfText = tokenizer.id("eos");
    var endOfTurn = tokenizer.id("eot").filter(id -> !endOfText.equals(Optional.of(id)));
    if (endOfText.isPresent() && endOfTurn.isPresent()) {
      json.putArray("eos_token_id").add(endOfText.get()).add(endOfTurn.get());
    } else {
      endOfText.or(() -> endOfTurn).ifPresent(id -> json.put("eos_token_id", id));
    }
    tokenizer.id("padding").ifPresent(id -> json.put("pad_token_id", id));
    return json;
  }
}
