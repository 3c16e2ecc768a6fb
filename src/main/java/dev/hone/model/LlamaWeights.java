package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** Under the names that the Llama family uses, and those after it. */
record LlamaWeights(Architecture net, TensorSource source, NDManager manager) implements Weights {
  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String OUTPUT = "lm_head.weight";
  static final String LAST_NORM = "model.norm.weight";
  static final String INPUT_NORM = "input_layernorm.weight";
  static final String ATTENTION_NORM = "post_attention_layernorm.weight";
  static final String QUERY_NORM = "self_attn.q_norm.weight";
  static final String KEY_NORM = "self_attn.k_norm.weight";

  private static final List<LoraTarget> QKV = List.of(LoraTarget.Q, LoraTarget.K, LoraTarget.V);
  private static final List<LoraTarget> GATE_UP = List.of(LoraTarget.GATE, LoraTarget.UP);

  @Override
  public NDArray embedding() {
    return tensor(EMBEDDING, net.vocabulary(), net.hidden());
  }

  @Override
  public NDArray outputLayer() {
    return net.tiedEmbeddings() ? embedding() : tensor(OUTPUT, net.vocabulary(), net.hidden());
  }

  @Override
  public NDArray positions(int window) {
    throw new IllegalStateException("positions are turns, not learned");
  }

  @Override
  public NDArray lastNorm() {
    return tensor(LAST_NORM, net.hidden());
  }

  @Override
  public NDArray queryKeyValue(int block) {
    return matrices(block, QKV);
  }

  @Override
  public NDArray attentionOutput(int block) {
    return matrix(block, LoraTarget.O);
  }

  @Override
  public NDArray expansion(int block) {
    return matrices(block, GATE_UP);
  }

  @Override
  public NDArray down(int block) {
    return matrix(block, LoraTarget.DOWN);
  }

  @Override
  public NDArray small(int block, BlockTensor which) {
    return switch (which) {
      case INPUT_NORM -> tensor(name(block, INPUT_NORM), net.hidden());
      case ATTENTION_NORM -> tensor(name(block, ATTENTION_NORM), net.hidden());
      case HEAD_NORMS -> headNorms(block);
      case QUERY_KEY_VALUE_BIAS -> biases(block, QKV);
      case OUTPUT_BIAS -> bias(block, LoraTarget.O);
      case EXPANSION_BIAS -> biases(block, GATE_UP);
      case DOWN_BIAS -> bias(block, LoraTarget.DOWN);
      case QUERY_KEY_VALUE -> throw new IllegalArgumentException(which + " is a matrix");
    };
  }

  private NDArray headNorms(int block) {
    try (NDArray query = tensor(name(block, QUERY_NORM), net.headSize());
        NDArray key = tensor(name(block, KEY_NORM), net.headSize())) {
      return Weights.joined(
          new NDList(
              query.broadcast(net.heads(), net.headSize()),
              key.broadcast(net.kvHeads(), net.headSize())));
    }
  }

  private NDArray matrices(int block, List<LoraTarget> parts) {
    var list = new NDList();
    parts.forEach(part -> list.add(matrix(block, part)));
    return Weights.joined(list);
  }

  private NDArray biases(int block, List<LoraTarget> parts) {
    var list = new NDList();
    parts.forEach(part -> list.add(bias(block, part)));
    return Weights.joined(list);
  }

  private NDArray matrix(int block, LoraTarget layer) {
    return tensor(matrixName(block, layer), layer.outputWidth(net), layer.inputWidth(net));
  }

  static String matrixName(int block, LoraTarget layer) {
    return name(block, layer.module() + ".weight");
  }

  private NDArray bias(int block, LoraTarget layer) {
    return tensor(name(block, layer.module() + ".bias"), layer.outputWidth(net));
  }

  static String name(int block, String rest) {
    return "model.layers." + block + "." + rest;
  }

  private NDArray tensor(String name, long... shape) {
    return FloatTensors.read(manager, source, name, shape);
  }
}
