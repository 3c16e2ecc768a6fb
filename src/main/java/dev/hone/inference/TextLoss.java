package dev.hone.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.Network;
import dev.hone.model.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a precision loses on a text, by perplexity against f32.
 *
 * @param tokens of the text, [length]
 * @param reference mean negative log-likelihood in f32
 */
record TextLoss(int[] tokens, double reference) {
  /** The text that ships with Hone, a little of everything, as this model's tokens. */
  static int[] shippedText(Path folder) {
    try (InputStream in = TextLoss.class.getResourceAsStream("precision-text.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Tokenizer.load(folder).encode(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TextLoss against(NDManager manager, Network reference, int[] tokens) {
    return new TextLoss(tokens, negativeLogLikelihood(manager, reference, tokens));
  }

  /** 0.01 means that perplexity is one percent worse. */
  double of(NDManager manager, Network network) {
    return Math.expm1(negativeLogLikelihood(manager, network, tokens) - reference);
  }

  private static double negativeLogLikelihood(NDManager manager, Network network, int[] tokens) {
    try (NDManager step = manager.newSubManager();
        NDArray logProbs = network.logProbs(step, new int[][] {tokens})) {
      double sum = 0;
      for (float logProb : logProbs.toFloatArray()) {
        sum -= logProb;
      }
      return sum / (tokens.length - 1);
    }
  }
}
