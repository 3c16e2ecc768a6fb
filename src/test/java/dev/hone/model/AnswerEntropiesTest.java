package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.hone.model.AnswerBatch.Branches;
import dev.hone.model.AnswerBatch.Reading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Log-probabilities, entropies and whether a token is the likeliest, at a temperature, against
 * those of the full forward's logits.
 */
class AnswerEntropiesTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.7, 1.6})
  void areThoseOfTheLogitsDividedByTheTemperature(double temperature) {
    int[][] tokens = MODEL.tokens();
    try (var manager = NDManager.newBaseManager();
        var network = MODEL.load(manager, Precision.F32);
        var adapter =
            LoraAdapter.load(manager, MODEL.folder().resolve("adapter"), network.architecture())) {
      int[] prompt = span(tokens[1], 0, 6);
      var branches =
          List.of(
              new Branches(span(tokens[0], 0, 9), span(tokens[0], 9, 20), span(tokens[1], 3, 8)),
              new Branches(prompt, likeliest(network, manager, prompt)),
              new Branches(span(tokens[2], 0, 4), span(tokens[2], 4, 30)));
      var batch = new AnswerBatch(branches, Reading.BEFORE, temperature);
      var expected = expected(network, manager, branches, temperature);

      assertNear(network.answerEntropies(manager, batch).toFloatArray(), expected);
      assertNear(
          network.answerLogProbs(manager, batch).toFloatArray(),
          expected.subList(0, expected.size() / 3));

      try (var adapted = network.adapted(Optional.of(adapter));
          var trainable = network.trainable(adapter, ForwardOptions.PLAIN)) {
        float[] trained = trainable.said(manager, batch, 0, Entropies.LEARNT).values();
        float[] plain = adapted.answerEntropies(manager, batch).toFloatArray();
        assertThat(SmallModel.maxDifference(trained, plain)).isLessThan(1e-5);
      }
    }
  }

  private static List<Double> expected(
      Network network, NDManager manager, List<Branches> branches, double temperature) {
    var logProbs = new ArrayList<Double>();
    var entropies = new ArrayList<Double>();
    var likeliest = new ArrayList<Double>();
    for (Branches group : branches) {
      for (int[] answer : group.answers()) {
        int[] all = Arrays.copyOf(group.prompt(), group.prompt().length + answer.length);
        System.arraycopy(answer, 0, all, group.prompt().length, answer.length);
        float[] logits = network.full(manager, new int[][] {all}).toFloatArray();
        int vocabulary = logits.length / all.length;
        for (int i = 0; i < answer.length; i++) {
          int row = group.prompt().length - 1 + i;
          double[] p = logProbs(logits, row * vocabulary, vocabulary, temperature);
          logProbs.add(p[answer[i]]);
          entropies.add(-DoubleStream.of(p).map(x -> Math.exp(x) * x).sum());
          likeliest.add(p[answer[i]] == DoubleStream.of(p).max().orElseThrow() ? 1.0 : 0);
        }
      }
    }
    logProbs.addAll(entropies);
    assertThat(likeliest).contains(0.0, 1.0);
    logProbs.addAll(likeliest);
    return logProbs;
  }

  /** An answer of one token. */
  private static int[] likeliest(Network network, NDManager manager, int[] prompt) {
    float[] logits = network.full(manager, new int[][] {prompt}).toFloatArray();
    int vocabulary = logits.length / prompt.length;
    int last = logits.length - vocabulary;
    int token =
        IntStream.range(0, vocabulary)
            .reduce((a, b) -> logits[last + b] > logits[last + a] ? b : a)
            .orElseThrow();
    return new int[] {token};
  }

  private static double[] logProbs(float[] logits, int from, int count, double temperature) {
    double[] x = new double[count];
    Arrays.setAll(x, i -> logits[from + i] / temperature);
    double sum = Math.log(DoubleStream.of(x).map(Math::exp).sum());
    return DoubleStream.of(x).map(logit -> logit - sum).toArray();
  }

  private static void assertNear(float[] numbers, List<Double> expected) {
    assertThat(numbers).hasSize(expected.size());
    for (int i = 0; i < numbers.length; i++) {
      assertThat((double) numbers[i]).isCloseTo(expected.get(i), within(1e-5));
    }
  }

  private static int[] span(int[] tokens, int from, int to) {
    return Arrays.copyOfRange(tokens, from, to);
  }
}
