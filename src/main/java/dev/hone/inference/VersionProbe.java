package dev.hone.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.CacheMemory;
import dev.hone.model.ChatFormat;
import dev.hone.model.GenerationDefaults;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.VersionWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A version in memory to be measured rather than to serve. One caller on one thread decides what is
 * in a batch, so the same requests get the same answers, which an engine that others share can't
 * promise to the last bit.
 */
public final class VersionProbe implements AutoCloseable {
  /** Sequences that are decoded at once, at most. */
  public static final int BATCH = 16;

  private final NDManager manager;
  private final Network network;
  private final ModelRunner runner;
  private final ChatFormat format;
  private final GenerationDefaults defaults;

  private VersionProbe(NDManager manager, Network network, Path base) {
    this.manager = manager;
    this.network = network;
    this.runner =
        new TorchRunner(
            manager,
            TorchRunner.Networks.all(network),
            BATCH,
            CacheMemory.ofWindows(BATCH, network.window()));
    this.format = ChatFormat.load(base);
    this.defaults = GenerationDefaults.load(base);
  }

  /**
   * @param version folder of an adapter or of full weights; none for the base itself
   * @param window tokens of a prompt and its answer together
   */
  public static VersionProbe load(Path base, Optional<Path> version, int window) {
    NDManager manager = ModelLoader.manager();
    boolean loaded = false;
    try {
      var weights = VersionWeights.of(base, version);
      var network = weights.load(manager, Precision.F32_PREPACKED, window);
      var probe = new VersionProbe(manager, network, base);
      loaded = true;
      return probe;
    } finally {
      if (!loaded) {
        manager.close();
      }
    }
  }

  /**
   * @param tokens without the one that ended the turn
   * @param bounded whether it was ended by its bound and not by the model
   */
  public record Answer(int[] tokens, String text, boolean bounded) {}

  /** Tokens of a prompt and its answer together. */
  public int window() {
    return network.window();
  }

  public ChatFormat format() {
    return format;
  }

  public GenerationDefaults defaults() {
    return defaults;
  }

  /**
   * Sum of the log-probabilities of all tokens but the first, in nats.
   *
   * @param tokens [length], two or more, at most the window
   */
  public double logProb(int[] tokens) {
    try (NDManager step = manager.newSubManager();
        NDArray logProbs = network.logProbs(step, new int[][] {tokens})) {
      double sum = 0;
      for (float logProb : logProbs.toFloatArray()) {
        sum += logProb;
      }
      return sum;
    }
  }

  /**
   * Answers to all prompts in one batch.
   *
   * @param requests at most {@link #BATCH}, whose prompts leave room in the window
   * @param betweenSteps called before every step; may take its time, and what it throws ends the
   *     work
   */
  public List<Answer> answer(List<GenerationRequest> requests, Runnable betweenSteps) {
    var drafts = requests.stream().map(Draft::new).toList();
    var longest = drafts.stream().mapToInt(d -> d.sequence.longest(runner.contextWindow())).max();
    if (!runner.reserve(drafts.size(), longest.orElseThrow())) {
      throw new IllegalArgumentException("no room for so many answers at once");
    }
    var running = new ArrayList<Draft>();
    for (Draft draft : drafts) {
      betweenSteps.run();
      var run = draft.sequence.run(running.size(), Integer.MAX_VALUE);
      var logits = runner.step(new int[0], new int[0], List.of(run));
      draft.sequence.fed(run.tokens().length);
      if (!ended(List.of(draft), logits).contains(draft)) {
        running.add(draft);
      }
    }
    while (!running.isEmpty()) {
      betweenSteps.run();
      decode(running);
    }
    return drafts.stream().map(this::answer).toList();
  }

  private void decode(List<Draft> running) {
    var logits =
        runner.step(
            running.stream().mapToInt(d -> d.sequence.last()).toArray(),
            running.stream().mapToInt(d -> d.sequence.cached()).toArray(),
            List.of());
    running.forEach(draft -> draft.sequence.fed(1));
    // From behind: whoever fills a gap goes on itself.
    for (Draft draft : ended(running, logits).reversed()) {
      int slot = running.indexOf(draft);
      Draft last = running.removeLast();
      if (slot < running.size()) {
        runner.move(running.size(), slot, last.sequence.cached());
        running.set(slot, last);
      }
    }
  }

  /** Draws a token for each row, and returns whose answer has ended. */
  private List<Draft> ended(List<Draft> drafts, Logits logits) {
    int[] ends = format.endOfTurn();
    var candidates = logits.candidates(drafts.stream().map(d -> d.sequence.shaping(ends)).toList());
    return IntStream.range(0, drafts.size())
        .filter(
            row ->
                !drafts
                    .get(row)
                    .sequence
                    .advance(candidates.get(row), ends, runner.contextWindow()))
        .mapToObj(drafts::get)
        .toList();
  }

  private Answer answer(Draft draft) {
    var ids = draft.ids.stream().mapToInt(id -> id);
    int[] tokens = draft.bounded ? ids.toArray() : ids.limit(draft.ids.size() - 1).toArray();
    return new Answer(tokens, format.tokenizer().decode(tokens), draft.bounded);
  }

  /** An answer in the making; its text is made at its end. */
  private static final class Draft {
    final Sequence sequence;
    final List<Integer> ids = new ArrayList<>();
    boolean bounded;

    Draft(GenerationRequest request) {
      this.sequence = new Sequence(request, this::take, TokenText.NONE);
    }

    private void take(TokenEvent event) {
      switch (event) {
        case TokenEvent.Token token -> ids.add(token.id());
        case TokenEvent.Finished end -> bounded = end.reason() == FinishReason.LENGTH;
        case TokenEvent.Failed failed -> throw failed.cause();
      }
    }
  }

  @Override
  public void close() {
    runner.close();
    network.close();
    manager.close();
  }
}
