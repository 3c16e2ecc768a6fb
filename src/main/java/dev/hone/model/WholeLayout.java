package dev.hone.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The order of a model's weights where all of them are trained: the embedding and the last norm,
 * block by block what is small and then its matrices, and the output layer where it is not the
 * embedding.
 *
 * @param small how many of a block are no matrices
 */
record WholeLayout(List<Stacked> all, int small) {
  /** Those of a block: what attention reads, what it writes, what widens, what narrows. */
  static final int MATRICES = 4;

  private static final List<LoraTarget> QKV = List.of(LoraTarget.Q, LoraTarget.K, LoraTarget.V);
  private static final List<LoraTarget> GATE_UP = List.of(LoraTarget.GATE, LoraTarget.UP);

  /**
   * Tensors of a file, one under the other.
   *
   * @param info of all of them as one
   */
  record Stacked(TensorInfo info, List<TensorInfo> parts) {
    static Stacked of(TensorInfo... parts) {
      long[] shape = parts[0].shape().clone();
      shape[0] = Stream.of(parts).mapToLong(part -> part.shape()[0]).sum();
      return new Stacked(new TensorInfo(parts[0].name(), ElementType.F32, shape), List.of(parts));
    }
  }

  /**
   * @throws UnsupportedModelException if such a model can not be trained
   */
  static WholeLayout of(Architecture net) {
    net.layout().requireAdaptable();
    var all = new ArrayList<Stacked>();
    all.add(Stacked.of(tensor(LlamaWeights.EMBEDDING, net.vocabulary(), net.hidden())));
    all.add(Stacked.of(tensor(LlamaWeights.LAST_NORM, net.hidden())));
    var small = BlockTensor.of(net.block(), Precision.F32);
    for (int block = 0; block < net.layers(); block++) {
      for (BlockTensor which : small) {
        all.add(small(net, block, which));
      }
      for (var layers : List.of(QKV, List.of(LoraTarget.O), GATE_UP, List.of(LoraTarget.DOWN))) {
        all.add(layers(net, block, layers, ".weight"));
      }
    }
    if (!net.tiedEmbeddings()) {
      all.add(Stacked.of(tensor(LlamaWeights.OUTPUT, net.vocabulary(), net.hidden())));
    }
    return new WholeLayout(List.copyOf(all), small.size());
  }

  private static Stacked small(Architecture net, int block, BlockTensor which) {
    return switch (which) {
      case INPUT_NORM -> Stacked.of(in(block, LlamaWeights.INPUT_NORM, net.hidden()));
      case ATTENTION_NORM -> Stacked.of(in(block, LlamaWeights.ATTENTION_NORM, net.hidden()));
      case HEAD_NORMS ->
          Stacked.of(
              in(block, LlamaWeights.QUERY_NORM, net.headSize()),
              in(block, LlamaWeights.KEY_NORM, net.headSize()));
      case QUERY_KEY_VALUE_BIAS -> layers(net, block, QKV, ".bias");
      case OUTPUT_BIAS -> layers(net, block, List.of(LoraTarget.O), ".bias");
      case EXPANSION_BIAS -> layers(net, block, GATE_UP, ".bias");
      case DOWN_BIAS -> layers(net, block, List.of(LoraTarget.DOWN), ".bias");
      case QUERY_KEY_VALUE -> throw new IllegalArgumentException(which + " is a matrix");
    };
  }

  private static Stacked layers(
      Architecture net, int block, List<LoraTarget> layers, String suffix) {
    return Stacked.of(
        layers.stream()
            .map(
                layer -> {
                  long[] shape = {layer.outputWidth(net), layer.inputWidth(net)};
                  boolean isBias = suffix.equals(".bias");
                  return in(
                      block, layer.module() + suffix, isBias ? Arrays.copyOf(shape, 1) : shape);
                })
            .toArray(TensorInfo[]::new));
  }

  private static TensorInfo in(int block, String name, long... shape) {
    return tensor(LlamaWeights.name(block, name), shape);
  }

  private static TensorInfo tensor(String name, long... shape) {
    return new TensorInfo(name, ElementType.F32, shape);
  }

  /** Where a block's begin. */
  int first(int block) {
    return 2 + block * (small + MATRICES);
  }
}
