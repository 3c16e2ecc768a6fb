package dev.hone.alignment;

import java.util.ArrayList;
import java.util.List;

/** Cuts a batch into what goes through the network at once: memory grows with the rows. */
public final class MicroBatches {
  private MicroBatches() {}

  /**
   * In the batch's order; an example with more rows than are allowed goes alone.
   *
   * @param most examples
   * @param mostRows of a micro-batch
   */
  public static <E extends TokenExample> List<List<E>> of(List<E> batch, int most, int mostRows) {
    var all = new ArrayList<List<E>>();
    var together = new ArrayList<E>();
    int rows = 0;
    for (E example : batch) {
      boolean full = together.size() == most || rows + example.rows() > mostRows;
      if (full && !together.isEmpty()) {
        all.add(List.copyOf(together));
        together.clear();
        rows = 0;
      }
      together.add(example);
      rows += example.rows();
    }
    all.add(List.copyOf(together));
    return List.copyOf(all);
  }
}
