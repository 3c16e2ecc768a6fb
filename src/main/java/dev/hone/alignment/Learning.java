package dev.hone.alignment;

import ai.djl.ndarray.NDManager;
import java.util.List;

/** An algorithm with what it learns from, and what it is measured on in between. */
public record Learning<E extends TokenExample>(
    Algorithm<E> algorithm, List<E> examples, HeldOutExamples<E> heldOut) {
  /** To be closed by the caller. */
  public AdapterTraining<E> on(NDManager manager, TrainingPlace place, ComputeType compute) {
    return new AdapterTraining<>(manager, place, examples, heldOut, algorithm, compute);
  }
}
