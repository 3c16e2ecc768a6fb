package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * The shape of a decoder of the Llama family, as its {@code config.json} tells.
 *
 * @param kvHeads key and value heads; each serves {@code heads / kvHeads} query heads
 * @param maxPositions positions the model was made for; where attention slides, the width of its
 *     window, within which sliding and full attention are the same
 * @param tiedEmbeddings whether the output layer is the embedding's matrix
 * @param attentionBias whether q, k, v and o have biases
 * @param mlpBias whether gate, up and down have
 */
public record Architecture(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int kvHeads,
    int headSize,
    int feedForward,
    int maxPositions,
    double rmsEpsilon,
    Rope rope,
    boolean tiedEmbeddings,
    boolean attentionBias,
    boolean mlpBias) {
  private static final Set<String> SUPPORTED = Set.of("llama", "mistral");

  public Architecture {
    if (vocabulary < 1 || hidden < 1 || layers < 1 || feedForward < 1 || maxPositions < 1) {
      throw new IllegalArgumentException("sizes must be positive");
    }
    if (kvHeads < 1 || heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          heads + " heads can not share " + kvHeads + " key and value heads evenly");
    }
    if (headSize < 2 || headSize % 2 != 0) {
      throw new IllegalArgumentException("head size must be even, was " + headSize);
    }
  }

  /**
   * @param folder of a model in Hugging Face layout
   * @throws UnsupportedModelException naming what is not supported
   * @throws ModelFormatException when the file lacks something or contradicts itself
   */
  public static Architecture load(Path folder) {
    Path file = folder.resolve("config.json");
    try {
      return read(file, new JsonMapper().readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Architecture read(Path file, JsonNode config) {
    String type = config.path("model_type").asText("");
    if (!SUPPORTED.contains(type)) {
      throw new UnsupportedModelException(
          "model_type '%s' is not supported, only %s".formatted(type, SUPPORTED));
    }
    refuse(config.hasNonNull("quantization_config"), "quantization_config");
    refuse(!config.path("hidden_act").asText("silu").equals("silu"), "hidden_act but silu");
    refuse(
        config.path("partial_rotary_factor").asDouble(1) != 1,
        "partial_rotary_factor other than 1");
    int heads = count(file, config, "num_attention_heads");
    int hidden = count(file, config, "hidden_size");
    int window = count(file, config, "max_position_embeddings");
    try {
      return new Architecture(
          count(file, config, "vocab_size"),
          hidden,
          count(file, config, "num_hidden_layers"),
          heads,
          config.path("num_key_value_heads").asInt(heads),
          config.path("head_dim").asInt(hidden / heads),
          count(file, config, "intermediate_size"),
          Math.min(window, config.path("sliding_window").asInt(window)),
          config.path("rms_norm_eps").asDouble(1e-6),
          Rope.read(config),
          config.path("tie_word_embeddings").asBoolean(false),
          config.path("attention_bias").asBoolean(false),
          config.path("mlp_bias").asBoolean(false));
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(file, e.getMessage(), e);
    }
  }

  private static int count(Path file, JsonNode config, String field) {
    int value = config.path(field).asInt(0);
    if (value < 1) {
      throw new ModelFormatException(file, field + " is missing or not a positive integer");
    }
    return value;
  }

  private static void refuse(boolean refused, String what) {
    if (refused) {
      throw new UnsupportedModelException(what + " is not supported");
    }
  }

  /** The same up to so many blocks. */
  public Architecture cutTo(int blocks) {
    return new Architecture(
        vocabulary,
        hidden,
        Math.min(layers, blocks),
        heads,
        kvHeads,
        headSize,
        feedForward,
        maxPositions,
        rmsEpsilon,
        rope,
        tiedEmbeddings,
        attentionBias,
        mlpBias);
  }

  /** Query heads that share one key and value head. */
  public int group() {
    return heads / kvHeads;
  }

  public int queryWidth() {
    return heads * headSize;
  }

  public int kvWidth() {
    return kvHeads * headSize;
  }

  /** Weights of all linear layers, the output layer included. */
  public long linearParameters() {
    long block = 0;
    for (LoraTarget layer : LoraTarget.values()) {
      block += (long) layer.inputWidth(this) * layer.outputWidth(this);
    }
    return layers * block + (long) vocabulary * hidden;
  }

  /** Bytes of one position's keys and values in f32, all layers. */
  public long cacheBytesPerToken() {
    return 2L * layers * kvWidth() * Float.BYTES;
  }
}
