package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the network's numbers lie in a model file, and their f32 tensors.
 *
 * <p>Layers that read the same input are one matrix (q over k over v; gate over up), so that the
 * product is one call.
 */
final class Weights {
  /** Embedding, last norm, and the two rotary tables. */
  static final int SHARED = 4;

  private final Architecture net;
  private final TensorSource source;
  private final NDManager manager;

  Weights(Architecture net, TensorSource source, NDManager manager) {
    this.net = net;
    this.source = source;
    this.manager = manager;
  }

  /** Tensors a block has in {@code w}: norms, q k v as one if widened, the biases there are. */
  static int perBlock(Architecture net, Precision precision) {
    return 2
        + (precision.widensQueryKeyValue() ? 1 : 0)
        + (net.attentionBias() ? 2 : 0)
        + (net.mlpBias() ? 2 : 0);
  }

  /** [vocabulary, hidden]. */
  NDArray embedding() {
    return tensor("model.embed_tokens.weight", net.vocabulary(), net.hidden());
  }

  NDArray lastNorm() {
    return tensor("model.norm.weight", net.hidden());
  }

  /** [vocabulary, hidden]. */
  NDArray outputLayer() {
    return net.tiedEmbeddings()
        ? embedding()
        : tensor("lm_head.weight", net.vocabulary(), net.hidden());
  }

  NDArray inputNorm(int block) {
    return tensor(name(block, "input_layernorm.weight"), net.hidden());
  }

  NDArray attentionNorm(int block) {
    return tensor(name(block, "post_attention_layernorm.weight"), net.hidden());
  }

  /** [(heads + 2 kvHeads) * headSize, hidden]. */
  NDArray queryKeyValue(int block) {
    return fused(block, LoraTarget.Q, LoraTarget.K, LoraTarget.V);
  }

  NDArray attentionOutput(int block) {
    return matrix(block, LoraTarget.O);
  }

  /** [2 feedForward, hidden]. */
  NDArray gateUp(int block) {
    return fused(block, LoraTarget.GATE, LoraTarget.UP);
  }

  NDArray down(int block) {
    return matrix(block, LoraTarget.DOWN);
  }

  /** The biases there are, in the order in which the network's text counts them. */
  List<NDArray> biases(int block) {
    var biases = new ArrayList<NDArray>();
    if (net.attentionBias()) {
      biases.add(fusedBias(block, LoraTarget.Q, LoraTarget.K, LoraTarget.V));
      biases.add(bias(block, LoraTarget.O));
    }
    if (net.mlpBias()) {
      biases.add(fusedBias(block, LoraTarget.GATE, LoraTarget.UP));
      biases.add(bias(block, LoraTarget.DOWN));
    }
    return biases;
  }

  private NDArray fused(int block, LoraTarget... parts) {
    var list = new NDList();
    for (LoraTarget part : parts) {
      list.add(matrix(block, part));
    }
    return joined(list);
  }

  private NDArray fusedBias(int block, LoraTarget... parts) {
    var list = new NDList();
    for (LoraTarget part : parts) {
      list.add(bias(block, part));
    }
    return joined(list);
  }

  private static NDArray joined(NDList parts) {
    try (parts) {
      return NDArrays.concat(parts);
    }
  }

  private NDArray matrix(int block, LoraTarget layer) {
    return tensor(
        name(block, layer.module() + ".weight"), layer.outputWidth(net), layer.inputWidth(net));
  }

  private NDArray bias(int block, LoraTarget layer) {
    return tensor(name(block, layer.module() + ".bias"), layer.outputWidth(net));
  }

  private static String name(int block, String rest) {
    return "model.layers." + block + "." + rest;
  }

  private NDArray tensor(String name, long... shape) {
    return FloatTensors.read(manager, source, name, shape);
  }
}
