package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

/**
 * Under GPT-2's names, which published files have with {@code transformer.} before them or without.
 * Its matrices are [input, output], and are turned.
 */
record Gpt2Weights(Architecture net, TensorSource source, NDManager manager) implements Weights {
  private static final String PREFIX = "transformer.";

  @Override
  public NDArray embedding() {
    return tensor("wte.weight", net.vocabulary(), net.hidden());
  }

  @Override
  public NDArray outputLayer() {
    return net.tiedEmbeddings()
        ? embedding()
        : FloatTensors.read(manager, source, "lm_head.weight", net.vocabulary(), net.hidden());
  }

  @Override
  public NDArray positions(int window) {
    try (NDArray all = tensor("wpe.weight", net.maxPositions(), net.hidden())) {
      return all.get(new NDIndex(":{}", window)).duplicate();
    }
  }

  @Override
  public NDArray lastNorm() {
    return norm("ln_f");
  }

  @Override
  public NDArray queryKeyValue(int block) {
    return matrix(block, "attn.c_attn", net.hidden(), 3 * net.hidden());
  }

  @Override
  public NDArray attentionOutput(int block) {
    return matrix(block, "attn.c_proj", net.hidden(), net.hidden());
  }

  @Override
  public NDArray expansion(int block) {
    return matrix(block, "mlp.c_fc", net.hidden(), net.feedForward());
  }

  @Override
  public NDArray down(int block) {
    return matrix(block, "mlp.c_proj", net.feedForward(), net.hidden());
  }

  @Override
  public NDArray small(int block, BlockTensor which) {
    return switch (which) {
      case INPUT_NORM -> norm(name(block, "ln_1"));
      case ATTENTION_NORM -> norm(name(block, "ln_2"));
      case QUERY_KEY_VALUE_BIAS -> bias(block, "attn.c_attn", 3 * net.hidden());
      case OUTPUT_BIAS -> bias(block, "attn.c_proj", net.hidden());
      case EXPANSION_BIAS -> bias(block, "mlp.c_fc", net.feedForward());
      case DOWN_BIAS -> bias(block, "mlp.c_proj", net.hidden());
      case HEAD_NORMS, QUERY_KEY_VALUE ->
          throw new IllegalArgumentException(which + " is no small tensor of gpt2");
    };
  }

  /** Weight over bias. */
  private NDArray norm(String name) {
    try (NDArray weight = tensor(name + ".weight", net.hidden());
        NDArray bias = tensor(name + ".bias", net.hidden())) {
      return Weights.joined(new NDList(weight.reshape(1, -1), bias.reshape(1, -1)));
    }
  }

  /** Turned, and laid out as turned: flattening copies. */
  private NDArray matrix(int block, String layer, int input, int output) {
    try (NDArray stored = tensor(name(block, layer + ".weight"), input, output);
        NDArray turned = stored.transpose();
        NDArray flat = turned.flatten()) {
      return flat.reshape(output, input);
    }
  }

  private NDArray bias(int block, String layer, int width) {
    return tensor(name(block, layer + ".bias"), width);
  }

  private static String name(int block, String rest) {
    return "h." + block + "." + rest;
  }

  private NDArray tensor(String name, long... shape) {
    boolean prefixed = source.names().contains(PREFIX + name);
    return FloatTensors.read(manager, source, prefixed ? PREFIX + name : name, shape);
  }
}
