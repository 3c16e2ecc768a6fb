package dev.hone.alignment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

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
    return of(batch, most, mostRows, TokenExample::rows);
  }

  /**
   * @param rowsOf an example
   */
  static <E> List<List<E>> of(List<E> batch, int most, int mostRows, ToIntFunction<E> rowsOf) {
    var all = new ArrayList<List<E>>();
    var together = new ArrayList<E>();
    int rows = 0;
    for (E example : batch) {
      int own = rowsOf.applyAsInt(example);
      boolean full = together.size() == most || rows + own > mostRows;
      if (full && !together.isEmpty()) {
        all.add(List.copyOf(together));
        together.clear();
        rows = 0;
      }
      together.add(example);
      rows += own;
    }
    if (!together.isEmpty()) {
      all.add(List.copyOf(together));
    }
    return List.copyOf(all);
  }
}
