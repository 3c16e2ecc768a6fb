package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What scripts take of a batch, in their order: tokens, positions, branches, groups, the rows to be
 * read, and behind those what is asked of them.
 */
record AnswerInputs(List<NDArray> arrays) {
  /** The rows that predict, what they predict, and the temperature. */
  static AnswerInputs ofTargets(NDManager step, AnswerBatch batch, int window) {
    var targets = step.create(batch.targets());
    var temperature = step.create((float) batch.temperature());
    return of(step, batch, window, batch.predictors(), List.of(targets, temperature));
  }

  /** The rows that predict, for their states. */
  static AnswerInputs ofPredictors(NDManager step, AnswerBatch batch, int window) {
    return of(step, batch, window, batch.predictors(), List.of());
  }

  /** The rows of the batch's reading, and the head that values them. */
  static AnswerInputs ofValues(NDManager step, AnswerBatch batch, int window, ScalarHead head) {
    return of(step, batch, window, batch.readRows(), List.of(head.weight()));
  }

  private static AnswerInputs of(
      NDManager step, AnswerBatch batch, int window, long[] rows, List<NDArray> asked) {
    long[] positions = batch.positions();
    long last = Arrays.stream(positions).max().orElseThrow();
    if (last >= window) {
      throw new IllegalArgumentException(
          "a prompt and answer of %d tokens exceed the window of %d".formatted(last + 1, window));
    }
    var arrays =
        new ArrayList<>(
            List.of(
                step.create(batch.tokens()),
                step.create(positions),
                step.create(batch.branches()),
                step.create(batch.groupLengths()),
                step.create(rows)));
    arrays.addAll(asked);
    return new AnswerInputs(arrays);
  }

  /** For a method without gradients; whoever calls it closes them. */
  List<IValue> values() {
    return arrays.stream().map(Script::value).toList();
  }
}
