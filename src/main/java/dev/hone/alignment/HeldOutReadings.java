package dev.hone.alignment;

import dev.hone.model.AnswerBatch;
import dev.hone.model.Network;
import java.util.List;

/**
 * Measures a training on what it does not learn from. Nothing that is trained changes by it.
 *
 * @param heldOut within the model's positions
 * @param reference what a policy began as
 * @param microBatch examples at once, at most
 * @param mostRows of them, unless one alone has more
 */
record HeldOutReadings<E extends TokenExample>(
    HeldOutExamples<E> heldOut,
    Objective<E> objective,
    Trained trained,
    Network reference,
    Masters masters,
    int microBatch,
    int mostRows) {
  static final String LOSS = "eval/loss";
  static final String ACCURACY = "eval/accuracy";

  /** How many the accuracy is of. */
  static final String PAIRS = "eval/pairs";

  /**
   * @param figures get {@code eval/loss} and what {@link PreferenceReading} says, or, of a reward
   *     model, its own {@code eval/accuracy} and {@code eval/pairs}: whatever there are examples
   *     for
   */
  void take(Figures figures, Runnable between) {
    switch (heldOut) {
      case HeldOutExamples.Pairs<E>(var pairs) -> {
        if (!pairs.isEmpty()) {
          pairs(pairs, figures, between);
        }
      }
      case HeldOutExamples.Others<E>(var pairs, var examples) -> {
        if (!pairs.isEmpty()) {
          reading(pairs).take(figures, between);
        }
        if (!examples.isEmpty()) {
          loss(examples, figures, between);
        }
      }
    }
  }

  private <P extends TokenExample> PreferenceReading<P> reading(List<P> pairs) {
    if (trained instanceof TrainedAdapter policy) {
      return new PreferenceReading<>(policy, reference, masters, pairs, microBatch, mostRows);
    }
    throw new IllegalStateException("only a policy can be held against a reference");
  }

  private float[] outputs(AnswerBatch answers) {
    return masters.frozen(step -> trained.outputs(step, answers));
  }

  /** What the policy says of them is asked for once. */
  private void pairs(List<E> pairs, Figures figures, Runnable between) {
    var own = new Figures();
    var loss = objective.step(pairs, this::outputs);
    reading(pairs).take(figures, between, (part, logProbs) -> loss.slopes(part, logProbs, own));
    figures.add(LOSS, own.loss());
  }

  private void loss(List<E> examples, Figures figures, Runnable between) {
    var own = new Figures();
    var loss = objective.step(examples, this::outputs);
    for (List<E> part : MicroBatches.of(examples, microBatch, mostRows)) {
      between.run();
      loss.slopes(part, outputs(TokenExample.batch(part)), own);
    }
    figures.add(LOSS, own.loss());
    // Which answers a reward model is right about is told with its loss.
    Double accuracy = own.metrics().get("accuracy");
    if (accuracy != null) {
      figures.add(ACCURACY, accuracy);
      figures.add(PAIRS, examples.size());
    }
  }
}
