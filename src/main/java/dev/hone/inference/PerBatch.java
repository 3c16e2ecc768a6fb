package dev.hone.inference;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * Something for each of the batches that are told apart when a few rows go through the network.
 *
 * @param each as long as {@link #SIZES}
 */
public record PerBatch<T>(List<T> each) {
  /** Rows at once; whatever is between two is like the larger one. */
  static final List<Integer> SIZES = List.of(1, 4, 8, 16);

  public PerBatch {
    if (each.size() != SIZES.size()) {
      throw new IllegalArgumentException("one for each of " + SIZES + " is wanted, was " + each);
    }
    each = List.copyOf(each);
  }

  static <T> PerBatch<T> all(T one) {
    return new PerBatch<>(Collections.nCopies(SIZES.size(), one));
  }

  /**
   * @param of a size
   */
  static <T> PerBatch<T> of(Function<Integer, T> of) {
    return new PerBatch<>(SIZES.stream().map(of).toList());
  }

  <U> PerBatch<U> map(Function<T, U> of) {
    return new PerBatch<>(each.stream().map(of).toList());
  }

  /** For so many rows; more than the largest size are like that. */
  T at(int rows) {
    for (int i = 0; i < SIZES.size(); i++) {
      if (rows <= SIZES.get(i)) {
        return each.get(i);
      }
    }
    return each.getLast();
  }

  @JsonIgnore
  T one() {
    return each.getFirst();
  }

  /** Of the largest size. */
  @JsonIgnore
  T most() {
    return each.getLast();
  }
}
