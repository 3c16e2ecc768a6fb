package dev.hone.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The {@code config.json} of a GGUF file. */
record GgufConfig(GgufFile file, GgufArchitecture architecture) {
  /**
   * @param vocabulary tokens that the tokenizer has
   */
  ObjectNode json(int vocabulary) {
    GgufFile.Tensor embedding = file.tensors().get("token_embd.weight");
    if (embedding == null || embedding.shape()[0] != vocabulary) {
      throw new ModelFormatException(
          file.metadata().file(),
          "token_embd.weight does not have a row for each of " + vocabulary + " tokens");
    }
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.putArray("architectures").add(architecture.modelClass());
    config.put("model_type", architecture.id()).put("vocab_size", vocabulary);
    if (architecture == GgufArchitecture.GPT2) {
      putGpt2(config);
    } else {
      putLlama(config);
    }
    return config
        .put("attention_dropout", 0.0)
        .put("initializer_range", 0.02)
        .put("tie_word_embeddings", !has("output.weight"))
        .put("torch_dtype", "float32")
        .put("use_cache", true);
  }

  int headDimension() {
    int hidden = count("embedding_length");
    int heads = count("attention.head_count");
    if (heads == 0 || hidden % heads != 0) {
      throw new ModelFormatException(
          file.metadata().file(),
          "embedding length " + hidden + " is not divisible by " + heads + " heads");
    }
    return file.metadata().count(architecture.key("attention.key_length")).orElse(hidden / heads);
  }

  int layers() {
    return count("block_count");
  }

  int contextLength() {
    return count("context_length");
  }

  private void putLlama(ObjectNode config) {
    GgufMetadata metadata = file.metadata();
    var rope = new GgufRope(file, architecture, headDimension());
    int heads = count("attention.head_count");
    config
        .put("hidden_size", count("embedding_length"))
        .put("intermediate_size", count("feed_forward_length"))
        .put("num_hidden_layers", layers())
        .put("num_attention_heads", heads)
        .put(
            "num_key_value_heads",
            metadata.count(architecture.key("attention.head_count_kv")).orElse(heads))
        .put("head_dim", headDimension())
        .put("max_position_embeddings", contextLength())
        .put(
            "rms_norm_eps",
            metadata.number(architecture.key("attention.layer_norm_rms_epsilon")).orElse(1e-6))
        .put("rope_theta", rope.theta())
        .put("hidden_act", "silu");
    config.set("rope_scaling", rope.scaling());
    if (architecture == GgufArchitecture.LLAMA) {
      config
          .put("attention_bias", has("blk.0.attn_q.bias"))
          .put("mlp_bias", has("blk.0.ffn_up.bias"))
          .put("pretraining_tp", 1);
    } else {
      config.put("use_sliding_window", false);
    }
  }

  private void putGpt2(ObjectNode config) {
    config
        .put("n_embd", count("embedding_length"))
        .put("n_inner", count("feed_forward_length"))
        .put("n_layer", layers())
        .put("n_head", count("attention.head_count"))
        .put("n_positions", contextLength())
        .put(
            "layer_norm_epsilon",
            file.metadata().number(architecture.key("attention.layer_norm_epsilon")).orElse(1e-5))
        .put("activation_function", "gelu_new");
  }

  private boolean has(String tensor) {
    return file.tensors().containsKey(tensor);
  }

  private int count(String key) {
    return file.metadata().requiredCount(architecture.key(key));
  }
}
