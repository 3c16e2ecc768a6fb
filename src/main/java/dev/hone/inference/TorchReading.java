package dev.hone.inference;

import dev.hone.model.TextPass;
import java.util.Optional;

/**
 * The mean of what the network's last layer holds of each token, brought to length 1.
 *
 * @param afterwards told once the pass is closed
 */
record TorchReading(TextPass pass, Runnable afterwards) implements TextReading {
  @Override
  public Optional<float[]> advance(int work) {
    TorchRunner.plainly();
    pass.advance(work);
    return pass.through() ? Optional.of(unit(pass.meanState())) : Optional.empty();
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float number : vector) {
      squares += (double) number * number;
    }
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (vector[i] / Math.sqrt(squares));
    }
    return unit;
  }

  @Override
  public void close() {
    pass.close();
    afterwards.run();
  }
}
