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
import java.util.Arrays;

/** What a precision loses on a text, by perplexity against f32. */
public final class TextLoss {
  /** Tokens that are read at once; the text is cut into pieces of this length. */
  static final int CONTEXT = 512;

  private final int[][] pieces;
  private final double[] reference;

  /**
   * @param reference negative log-likelihoods in f32, of every token but each piece's first
   */
  private TextLoss(int[][] pieces, double[] reference) {
    this.pieces = pieces;
    this.reference = reference;
  }

  /**
   * @param tokens those whose probabilities were compared
   * @param context tokens read at once
   */
  public record Text(int tokens, int context) {}

  /**
   * @param perplexity how much worse it is than in f32: 0.01 is one percent
   * @param error its standard error, by the spread of the tokens' differences
   */
  public record Loss(double perplexity, double error) {
    String describe() {
      return "%.2f%% ± %.2f".formatted(100 * perplexity, 100 * error);
    }
  }

  /** The text that ships with Hone, a little of everything, as this model's tokens. */
  static int[] shippedText(Path folder) {
    try (InputStream in = TextLoss.class.getResourceAsStream("precision-text.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Tokenizer.load(folder).encode(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param reference in f32, with a window of {@link #CONTEXT} tokens or as many as it can read
   */
  static TextLoss against(NDManager manager, Network reference, int[] tokens) {
    int[][] pieces = cut(tokens, Math.min(CONTEXT, reference.window()));
    return new TextLoss(pieces, negativeLogLikelihoods(manager, reference, pieces));
  }

  Text text() {
    return new Text(reference.length, pieces[0].length);
  }

  Loss of(NDManager manager, Network network) {
    double[] differences = negativeLogLikelihoods(manager, network, pieces);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < differences.length; i++) {
      double difference = differences[i] - reference[i];
      sum += difference;
      squares += difference * difference;
    }
    double mean = sum / differences.length;
    double variance = squares / differences.length - mean * mean;
    return new Loss(Math.expm1(mean), Math.exp(mean) * Math.sqrt(variance / differences.length));
  }

  /** A last piece of one token has nothing to be judged by, and is left out. */
  private static int[][] cut(int[] tokens, int context) {
    int count = (tokens.length + context - 2) / context;
    int[][] pieces = new int[count][];
    Arrays.setAll(
        pieces,
        i -> Arrays.copyOfRange(tokens, i * context, Math.min(tokens.length, (i + 1) * context)));
    return pieces;
  }

  private static double[] negativeLogLikelihoods(
      NDManager manager, Network network, int[][] pieces) {
    int tokens = Arrays.stream(pieces).mapToInt(piece -> piece.length - 1).sum();
    double[] all = new double[tokens];
    int at = 0;
    for (int[] piece : pieces) {
      try (NDManager step = manager.newSubManager();
          NDArray logProbs = network.logProbs(step, new int[][] {piece})) {
        for (float logProb : logProbs.toFloatArray()) {
          all[at++] = -logProb;
        }
      }
    }
    return all;
  }
}
