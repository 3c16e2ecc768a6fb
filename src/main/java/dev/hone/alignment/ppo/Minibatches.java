package dev.hone.alignment.ppo;

import dev.hone.alignment.Randomness;
import dev.hone.model.AnswerBatch;
import dev.hone.model.AnswerBatch.Branches;
import dev.hone.model.AnswerBatch.Reading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How a pass over a step's responses is cut: in random order, but with the responses to one prompt
 * side by side, so that their prompt goes through the network once.
 *
 * @param prompts of the training
 * @param groupSize consecutive responses that answer the same prompt
 * @param batch responses of an update
 * @param microBatch responses that go through the network at once, at most
 * @param mostRows of a micro-batch; a response alone may have more
 */
record Minibatches(
    List<int[]> prompts,
    int groupSize,
    int batch,
    int microBatch,
    int mostRows,
    double temperature) {
  List<List<MicroBatch>> of(List<Response> responses, RandomGenerator random) {
    int[] order = order(responses.size() / groupSize, random);
    var minibatches = new ArrayList<List<MicroBatch>>();
    for (int from = 0; from < order.length; from += batch) {
      int end = Math.min(from + batch, order.length);
      minibatches.add(microBatches(responses, order, from, end));
    }
    return minibatches;
  }

  /** All responses, the groups shuffled. */
  private int[] order(int groups, RandomGenerator random) {
    int[] shuffled = Randomness.shuffled(groups, random);
    int[] order = new int[groups * groupSize];
    for (int i = 0; i < order.length; i++) {
      order[i] = shuffled[i / groupSize] * groupSize + i % groupSize;
    }
    return order;
  }

  private List<MicroBatch> microBatches(List<Response> responses, int[] order, int from, int end) {
    var all = new ArrayList<MicroBatch>();
    int start = from;
    while (start < end) {
      int rows = 0;
      int next = start;
      while (next < end && next - start < microBatch) {
        rows += rows(responses, order, next, start);
        if (next > start && rows > mostRows) {
          break;
        }
        next++;
      }
      all.add(microBatch(responses, order, start, next));
      start = next;
    }
    return all;
  }

  /** That a response adds; its prompt's only where the one before has another. */
  private int rows(List<Response> responses, int[] order, int at, int start) {
    Response response = responses.get(order[at]);
    boolean shared = at > start && responses.get(order[at - 1]).prompt() == response.prompt();
    return response.tokens().length + (shared ? 0 : prompts.get(response.prompt()).length);
  }

  private MicroBatch microBatch(List<Response> responses, int[] order, int start, int end) {
    int[] own = Arrays.copyOfRange(order, start, end);
    var groups = new ArrayList<Branches>();
    var answers = new ArrayList<int[]>();
    for (int i = 0; i < own.length; i++) {
      Response response = responses.get(own[i]);
      answers.add(response.tokens());
      boolean last = i + 1 == own.length || responses.get(own[i + 1]).prompt() != response.prompt();
      if (last) {
        groups.add(new Branches(prompts.get(response.prompt()), answers.toArray(int[][]::new)));
        answers.clear();
      }
    }
    return new MicroBatch(own, new AnswerBatch(groups, Reading.BEFORE, temperature));
  }
}
