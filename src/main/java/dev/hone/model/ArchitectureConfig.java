package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.model.Block.Biases;
import dev.hone.model.Block.Mlp;
import dev.hone.model.Block.Norm;
import java.nio.file.Path;
import java.util.List;

/** Reads a {@code config.json}: each family has its own fields and its own silent defaults. */
record ArchitectureConfig(Path file, JsonNode config) {
  private static final List<String> SUPPORTED =
      List.of("llama", "mistral", "qwen2", "qwen3", "gpt2");

  /** Where the file does not even say that there is no window. */
  private static final int MISTRAL_SPAN = 4096;

  Architecture architecture() {
    String type = config.path("model_type").asText("");
    refuse(config.hasNonNull("quantization_config"), "quantization_config");
    try {
      return switch (type) {
        case "llama" -> llama(maxPositions(), false, sameBiases("attention_bias"));
        case "mistral" -> llama(span(MISTRAL_SPAN), false, Biases.NONE);
        case "qwen2" -> llama(laterSpan(), false, new Biases(true, false, false));
        case "qwen3" -> llama(laterSpan(), true, sameBiases("attention_bias"));
        case "gpt2" -> gpt2();
        default ->
            throw new UnsupportedModelException(
                "model_type '%s' is not supported, only %s".formatted(type, SUPPORTED));
      };
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(file, e.getMessage(), e);
    }
  }

  private Architecture llama(int span, boolean headNorms, Biases biases) {
    refuse(!config.path("hidden_act").asText("silu").equals("silu"), "hidden_act but silu");
    refuse(
        config.path("partial_rotary_factor").asDouble(1) != 1,
        "partial_rotary_factor other than 1");
    int heads = count("num_attention_heads");
    int hidden = count("hidden_size");
    double epsilon = config.path("rms_norm_eps").asDouble(1e-6);
    return new Architecture(
        count("vocab_size"),
        hidden,
        count("num_hidden_layers"),
        heads,
        config.path("num_key_value_heads").asInt(heads),
        config.path("head_dim").asInt(headNorms ? 128 : hidden / heads),
        count("intermediate_size"),
        maxPositions(),
        span,
        Rope.read(config),
        new Block(Norm.RMS, epsilon, headNorms, Mlp.GATED_SILU, biases),
        Layout.LLAMA,
        config.path("tie_word_embeddings").asBoolean(false));
  }

  private Architecture gpt2() {
    String activation = config.path("activation_function").asText("gelu_new");
    refuse(
        !activation.equals("gelu_new") && !activation.equals("gelu_pytorch_tanh"),
        "activation_function but gelu_new");
    refuse(!config.path("scale_attn_weights").asBoolean(true), "scale_attn_weights false");
    refuse(
        config.path("scale_attn_by_inverse_layer_idx").asBoolean(false),
        "scale_attn_by_inverse_layer_idx");
    refuse(config.path("add_cross_attention").asBoolean(false), "add_cross_attention");
    int heads = count("n_head");
    int hidden = count("n_embd");
    if (hidden % heads != 0) {
      throw new ModelFormatException(file, "n_embd is not divisible by n_head");
    }
    double epsilon = config.path("layer_norm_epsilon").asDouble(1e-5);
    return new Architecture(
        count("vocab_size"),
        hidden,
        count("n_layer"),
        heads,
        heads,
        hidden / heads,
        config.path("n_inner").asInt(4 * hidden),
        count("n_positions"),
        count("n_positions"),
        new Positions.Learned(),
        new Block(Norm.LAYER, epsilon, false, Mlp.GELU_TANH, new Biases(true, true, true)),
        Layout.GPT_2,
        config.path("tie_word_embeddings").asBoolean(true));
  }

  private Biases sameBiases(String field) {
    boolean attention = config.path(field).asBoolean(false);
    return new Biases(attention, attention, config.path("mlp_bias").asBoolean(false));
  }

  private int maxPositions() {
    return count("max_position_embeddings");
  }

  private int span(int unsaid) {
    int all = maxPositions();
    int window = config.has("sliding_window") ? config.get("sliding_window").asInt(all) : unsaid;
    return Math.min(all, window);
  }

  /** Qwen's window slides in the layers from {@code max_window_layers} on, if at all. */
  private int laterSpan() {
    int first = config.path("max_window_layers").asInt(28);
    if (!config.path("use_sliding_window").asBoolean(false)
        || first >= count("num_hidden_layers")) {
      return maxPositions();
    }
    refuse(first > 0, "use_sliding_window in some layers and not in others");
    return span(maxPositions());
  }

  private int count(String field) {
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
}
