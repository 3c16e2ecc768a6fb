package dev.hone.alignment;

import java.util.stream.IntStream;

/** What a training has made of the numbers that it moves. */
public final class MasterNumbers {
  private MasterNumbers() {}

  /**
   * @param name in the masters' layout
   */
  public static float[] of(Masters masters, String name) {
    return masters.arrays().get(place(masters, name)).toFloatArray();
  }

  /** AdamW's running mean of the gradients of one. */
  public static float[] meanGradient(Masters masters, String name) {
    return masters.optimizer().means().get(place(masters, name)).toFloatArray();
  }

  private static int place(Masters masters, String name) {
    return IntStream.range(0, masters.layout().size())
        .filter(i -> masters.layout().get(i).name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no master is named " + name));
  }
}
