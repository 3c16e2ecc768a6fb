package dev.hone.model;

import java.util.ArrayList;
import java.util.List;

/** What a block has in the scripts' {@code w}, in its order: all but its packed matrices. */
enum BlockTensor {
  INPUT_NORM,
  ATTENTION_NORM,
  /** q, k and v as one matrix, where the precision leaves them wide. */
  QUERY_KEY_VALUE,
  HEAD_NORMS,
  QUERY_KEY_VALUE_BIAS,
  OUTPUT_BIAS,
  EXPANSION_BIAS,
  DOWN_BIAS;

  static List<BlockTensor> of(Block block, Precision precision) {
    var list = new ArrayList<>(List.of(INPUT_NORM, ATTENTION_NORM));
    if (precision.widensQueryKeyValue()) {
      list.add(QUERY_KEY_VALUE);
    }
    if (block.headNorms()) {
      list.add(HEAD_NORMS);
    }
    if (block.biases().queryKeyValue()) {
      list.add(QUERY_KEY_VALUE_BIAS);
    }
    if (block.biases().output()) {
      list.add(OUTPUT_BIAS);
    }
    if (block.biases().mlp()) {
      list.add(EXPANSION_BIAS);
      list.add(DOWN_BIAS);
    }
    return List.copyOf(list);
  }
}
