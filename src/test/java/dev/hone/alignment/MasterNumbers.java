package dev.hone.alignment;

/** What a training has made of the numbers that it moves. */
public final class MasterNumbers {
  private MasterNumbers() {}

  /**
   * @param name in the masters' layout
   */
  public static float[] of(Masters masters, String name) {
    for (int i = 0; i < masters.layout().size(); i++) {
      if (masters.layout().get(i).name().equals(name)) {
        return masters.arrays().get(i).toFloatArray();
      }
    }
    throw new IllegalArgumentException("no master is named " + name);
  }
}
