package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * Where the network's numbers lie in a model file, and their f32 tensors.
 *
 * <p>Layers that read the same input are one matrix (q over k over v; gate over up), so that the
 * product is one call. A norm with a bias has it as a second row.
 */
sealed interface Weights permits LlamaWeights, Gpt2Weights {
  static Weights of(Architecture net, TensorSource source, NDManager manager) {
    return switch (net.layout()) {
      case LLAMA -> new LlamaWeights(net, source, manager);
      case GPT_2 -> new Gpt2Weights(net, source, manager);
    };
  }

  /** [vocabulary, hidden]. */
  NDArray embedding();

  /** [vocabulary, hidden]. */
  NDArray outputLayer();

  /** Learned ones, [window, hidden]. */
  NDArray positions(int window);

  /** [hidden], or [2, hidden]. */
  NDArray lastNorm();

  /** [(heads + 2 kvHeads) * headSize, hidden]. */
  NDArray queryKeyValue(int block);

  NDArray attentionOutput(int block);

  /** What widens a row to feedForward, or to twice that where half of it is a gate. */
  NDArray expansion(int block);

  NDArray down(int block);

  /**
   * A norm or bias; of q, k and v as one and of gate and up as one, too. The norms of heads are
   * repeated for each head of the queries, then of the keys, [heads + kvHeads, headSize].
   */
  NDArray small(int block, BlockTensor which);

  /** One under the other; the parts are closed. */
  static NDArray joined(NDList parts) {
    try (parts) {
      return NDArrays.concat(parts);
    }
  }
}
