package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.RealModel;
import dev.hone.model.CacheMemory;
import dev.hone.model.Cpu;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a text loses beside others. Tokens in the first position have activations a hundred times
 * those of any other, so a scale taken over the whole batch would leave the others a few levels.
 */
class NeighboursTest {
  private static final int NEIGHBOURS = 15;
  private static final int TOKENS = 96;

  /** So few tokens tell no less; a scale in common makes perplexity worse by half. */
  private static final double MOST = 1.1;

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4", "BF16_PREPACKED"})
  void hostileNeighboursDoNotSpoilAText(Precision precision) {
    if (precision == Precision.BF16_PREPACKED && !Cpu.current().model().contains("avx512f")) {
      assertThatItIsRefused(precision);
      return;
    }
    int[] text = Arrays.copyOf(TextLoss.shippedText(RealModel.folder()), TOKENS);
    try (NDManager manager = ModelLoader.manager();
        var network = Network.load(manager, RealModel.folder(), precision, 128, Optional.empty())) {
      double alone = loss(manager, network, text, 0);
      double beside = loss(manager, network, text, NEIGHBOURS);
      assertThat(Math.exp(beside - alone)).isBetween(1 / MOST, MOST);
    }
  }

  private static void assertThatItIsRefused(Precision precision) {
    try (NDManager manager = ModelLoader.manager()) {
      assertThatThrownBy(
              () -> Network.load(manager, RealModel.folder(), precision, 128, Optional.empty()))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("needs the cpu support");
    }
  }

  /** Mean negative log-probability, decoded token by token in the first slot. */
  private static double loss(NDManager manager, Network network, int[] text, int neighbours) {
    int slots = 1 + neighbours;
    double sum = 0;
    try (var cache = network.newCache(slots, CacheMemory.ofWindows(slots, network.window()))) {
      cache.reserve(slots, text.length);
      for (int i = 0; i + 1 < text.length; i++) {
        int[] tokens = new int[slots];
        Arrays.fill(tokens, text[i]);
        int[] positions = new int[slots];
        positions[0] = i;
        try (NDManager step = manager.newSubManager();
            NDArray logits = network.decode(step, cache, tokens, positions)) {
          sum -= logits.get(0).logSoftmax(0).getFloat(text[i + 1]);
        }
      }
    }
    return sum / (text.length - 1);
  }
}
