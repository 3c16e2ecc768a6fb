package dev.hone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What scripts take of a batch, in their order.
 *
 * @param rows those to be read
 */
record AnswerInputs(
    NDArray tokens, NDArray positions, NDArray branches, NDArray groups, NDArray rows) {
  /** To read the rows that predict. */
  static AnswerInputs ofPredictors(NDManager step, AnswerBatch batch, int window) {
    return of(step, batch, window, batch.predictors());
  }

  /** To read the rows of the batch's reading. */
  static AnswerInputs ofValues(NDManager step, AnswerBatch batch, int window) {
    return of(step, batch, window, batch.readRows());
  }

  private static AnswerInputs of(NDManager step, AnswerBatch batch, int window, long[] rows) {
    long[] positions = batch.positions();
    long last = Arrays.stream(positions).max().orElseThrow();
    if (last >= window) {
      throw new IllegalArgumentException(
          "a prompt and answer of %d tokens exceed the window of %d".formatted(last + 1, window));
    }
    return new AnswerInputs(
        step.create(batch.tokens()),
        step.create(positions),
        step.create(batch.branches()),
        step.create(batch.groupLengths()),
        step.create(rows));
  }

  List<NDArray> arrays() {
    return List.of(tokens, positions, branches, groups, rows);
  }

  /** For a method without gradients, behind them what else it takes; the caller closes them. */
  List<IValue> values(NDArray... asked) {
    return Stream.concat(arrays().stream(), Arrays.stream(asked)).map(Script::value).toList();
  }
}
