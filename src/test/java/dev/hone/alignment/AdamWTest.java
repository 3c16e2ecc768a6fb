package dev.hone.alignment;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdamWTest {
  private static final double DECAY = 0.1;
  private static final double LONGEST = 2;

  /** The paper's algorithm 2 in plain loops. */
  private static final class Plain {
    final double[] x = {1, -2, 3, 0.5};
    final double[] m = new double[4];
    final double[] v = new double[4];

    double step(double[] gradient, double rate, int t) {
      double norm = 0;
      for (double g : gradient) {
        norm += g * g;
      }
      norm = Math.sqrt(norm);
      for (int i = 0; i < 4; i++) {
        double g = gradient[i] * Math.min(1, LONGEST / norm);
        m[i] = 0.9 * m[i] + 0.1 * g;
        v[i] = 0.999 * v[i] + 0.001 * g * g;
        double mean = m[i] / (1 - Math.pow(0.9, t));
        double square = v[i] / (1 - Math.pow(0.999, t));
        x[i] -= rate * (mean / (Math.sqrt(square) + 1e-8) + DECAY * x[i]);
      }
      return norm;
    }
  }

  @Test
  void stepsAreThoseOfThePaper() {
    var plain = new Plain();
    try (var manager = NDManager.newBaseManager()) {
      JniUtils.setGradMode(true);
      NDArray first = manager.create(new float[] {1, -2, 3});
      NDArray second = manager.create(new float[] {0.5f});
      first.setRequiresGradient(true);
      second.setRequiresGradient(true);
      try (var adam = new AdamW(manager, List.of(first, second), List.of(DECAY, DECAY), LONGEST)) {
        for (int t = 1; t <= 6; t++) {
          double[] gradient = {0.5 * t, -1, 0.1, t % 2 == 0 ? 3 : -0.2};
          try (var collector = manager.getEngine().newGradientCollector()) {
            var slopes =
                manager.create(
                    new float[] {(float) gradient[0], (float) gradient[1], (float) gradient[2]});
            collector.backward(first.mul(slopes).sum().add(second.mul((float) gradient[3]).sum()));
          }
          double rate = 0.1 / t;
          double norm = adam.step(rate);
          assertThat(norm).isCloseTo(plain.step(gradient, rate, t), within(1e-5));
          float[] expected = {(float) plain.x[0], (float) plain.x[1], (float) plain.x[2]};
          assertThat(maxDifference(first.toFloatArray(), expected)).isLessThan(1e-5);
          assertThat(second.getFloat(0)).isCloseTo((float) plain.x[3], within(1e-5f));
        }
      }
    }
  }

  @Test
  void whatDoesNotDecayStaysWhereNoGradientMovesIt() {
    try (var manager = NDManager.newBaseManager()) {
      JniUtils.setGradMode(true);
      NDArray matrix = manager.create(new float[] {1, -2});
      NDArray gain = manager.create(new float[] {3});
      List<NDArray> both = List.of(matrix, gain);
      both.forEach(master -> master.setRequiresGradient(true));
      try (var adam = new AdamW(manager, both, List.of(DECAY, 0.0), LONGEST)) {
        try (var collector = manager.getEngine().newGradientCollector()) {
          collector.backward(matrix.sum().add(gain.sum()).mul(0));
        }
        adam.step(0.1);
        float left = (float) (1 - 0.1 * DECAY);
        assertThat(maxDifference(matrix.toFloatArray(), new float[] {left, -2 * left}))
            .isLessThan(1e-6);
        assertThat(gain.getFloat(0)).isEqualTo(3);
      }
    }
  }
}
