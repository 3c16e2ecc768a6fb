package dev.hone.alignment.ppo;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.SmallModel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Samples from the small model by its full forward, one response after the other. */
final class SmallRollouts implements Rollouts {
  /** Which of the small model's tokens ends a turn here. */
  static final int END = 1;

  private static final SmallModel MODEL = SmallModel.PLAIN;

  private final NDManager manager = NDManager.newBaseManager();
  private final Network base = MODEL.load(manager, Precision.F32);
  private final double temperature;
  private final int maxNewTokens;

  SmallRollouts(double temperature, int maxNewTokens) {
    this.temperature = temperature;
    this.maxNewTokens = maxNewTokens;
  }

  @Override
  public List<Response> draw(LoraAdapter policy, List<Request> requests, Runnable between) {
    JniUtils.setGradMode(false);
    try (var network = base.adapted(Optional.of(policy))) {
      return requests.stream()
          .map(
              request -> {
                between.run();
                return response(network, request);
              })
          .toList();
    } finally {
      JniUtils.setGradMode(true);
    }
  }

  private Response response(Network network, Request request) {
    var random = new SplittableRandom(request.seed());
    int[] all = request.tokens();
    int prompt = all.length;
    float[] logProbs = new float[maxNewTokens];
    for (int i = 0; i < maxNewTokens; i++) {
      double[] x = distribution(network, all);
      int token = draw(x, random.nextDouble());
      logProbs[i] = (float) x[token];
      all = Arrays.copyOf(all, all.length + 1);
      all[all.length - 1] = token;
      if (token == END) {
        break;
      }
    }
    int[] tokens = Arrays.copyOfRange(all, prompt, all.length);
    boolean ended = tokens[tokens.length - 1] == END;
    return new Response(request.prompt(), tokens, ended, Arrays.copyOf(logProbs, tokens.length));
  }

  /** Log-probabilities of the next token. */
  private double[] distribution(Network network, int[] tokens) {
    try (NDManager step = manager.newSubManager()) {
      float[] logits = network.full(step, new int[][] {tokens}).toFloatArray();
      int vocabulary = logits.length / tokens.length;
      double[] x = new double[vocabulary];
      double sum = 0;
      for (int i = 0; i < vocabulary; i++) {
        x[i] = logits[logits.length - vocabulary + i] / temperature;
        sum += Math.exp(x[i]);
      }
      double all = Math.log(sum);
      Arrays.setAll(x, i -> x[i] - all);
      return x;
    }
  }

  private static int draw(double[] logProbs, double uniform) {
    double left = uniform;
    for (int i = 0; i < logProbs.length - 1; i++) {
      left -= Math.exp(logProbs[i]);
      if (left < 0) {
        return i;
      }
    }
    return logProbs.length - 1;
  }

  @Override
  public void close() {
    base.close();
    manager.close();
  }
}
