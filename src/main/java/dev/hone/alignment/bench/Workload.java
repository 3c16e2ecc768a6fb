package dev.hone.alignment.bench;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.AdapterTraining;
import dev.hone.alignment.Algorithm;
import dev.hone.alignment.BatchPlan;
import dev.hone.alignment.CheckpointEvery;
import dev.hone.alignment.StepReport;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TokenExample;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TokenRanking;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.TrainingPlace;
import dev.hone.alignment.dpo.Dpo;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.alignment.reward.Reward;
import dev.hone.alignment.reward.RewardSettings;
import dev.hone.alignment.sft.Sft;
import dev.hone.alignment.sft.SftSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * A case made ready.
 *
 * @param examples what its steps learn from
 * @param tokens of an example that count
 */
record Workload<E extends TokenExample>(
    Algorithm<E> algorithm, List<E> examples, ToIntFunction<E> tokens) {
  /** Tokens of a sequence that are learnt; the one before them is not. */
  static final int SEQUENCE = 256;

  /** The one that training_cases.py has. */
  private static final String RATE = "3e-4";

  /**
   * @param pairs in whose order it takes what it needs
   * @throws TrainingException {@code too_few_examples}
   */
  static Workload<?> of(CaseSettings settings, List<TokenPair> pairs) {
    return switch (settings.what()) {
      case STEP_LORA, STEP_FULL ->
          new Workload<>(
              new Sft(SftSettings.of(sequenceOptions(settings))),
              sequences(pairs, settings.what().batch()),
              sequence -> sequence.answer().length);
      case SFT ->
          new Workload<>(
              new Sft(SftSettings.of(options(settings, "Answers"))),
              first(pairs, settings).stream()
                  .map(pair -> TokenAnswer.of(pair.prompt(), pair.chosen(), true))
                  .toList(),
              TokenExample::rows);
      case RM ->
          new Workload<>(
              new Reward(RewardSettings.of(options(settings, "Prompts"))),
              first(pairs, settings).stream().map(TokenRanking::of).toList(),
              TokenExample::rows);
      case DPO ->
          new Workload<>(
              new Dpo(DpoSettings.of(pairOptions(settings))),
              first(pairs, settings),
              TokenExample::rows);
      case PPO -> throw new IllegalArgumentException("ppo has a workload of its own");
    };
  }

  private static Map<String, String> options(CaseSettings settings, String unit) {
    Map<String, String> options = new HashMap<>();
    options.put("learningRate", RATE);
    options.put("schedule", "constant");
    options.put("warmup", "0");
    options.put("maxSteps", "" + settings.allSteps());
    options.put("maxTokens", "" + settings.maxTokens());
    options.put("batch" + unit, "" + settings.what().batch());
    options.put("microBatch" + unit, "" + settings.microBatch());
    return options;
  }

  /** The same few sequences at every step, however many go through the network at once. */
  private static Map<String, String> sequenceOptions(CaseSettings settings) {
    var options = options(settings, "Answers");
    options.put("epochs", "" + settings.allSteps());
    options.put("adapter", settings.what() == TrainingCase.STEP_FULL ? "full" : "lora");
    options.put("maxTokens", "" + settings.what().batch() * (SEQUENCE + 1));
    return options;
  }

  /** The loss that everybody has, without smoothing. */
  private static Map<String, String> pairOptions(CaseSettings settings) {
    var options = options(settings, "Pairs");
    options.put("labelSmoothing", "0");
    return options;
  }

  private static List<TokenPair> first(List<TokenPair> pairs, CaseSettings settings) {
    int count = settings.allSteps() * settings.what().batch();
    if (pairs.size() < count) {
      throw new TrainingException(
          "too_few_examples",
          "%d steps of %s need %d pairs, there are %d; --steps takes fewer"
              .formatted(settings.allSteps(), settings.what().label(), count, pairs.size()));
    }
    return pairs.subList(0, count);
  }

  /** Prompts and chosen answers one after the other, cut into equal pieces. */
  private static List<TokenAnswer> sequences(List<TokenPair> pairs, int count) {
    int length = SEQUENCE + 1;
    int[] text =
        pairs.stream()
            .flatMapToInt(
                pair ->
                    IntStream.concat(Arrays.stream(pair.prompt()), Arrays.stream(pair.chosen())))
            .limit((long) count * length)
            .toArray();
    if (text.length < count * length) {
      throw new TrainingException(
          "too_few_examples",
          "%d sequences need %d tokens, the pairs have %d"
              .formatted(count, count * length, text.length));
    }
    var sequences = new ArrayList<TokenAnswer>();
    for (int from = 0; from < text.length; from += length) {
      int[] first = {text[from]};
      sequences.add(TokenAnswer.of(first, Arrays.copyOfRange(text, from + 1, from + length), true));
    }
    return List.copyOf(sequences);
  }

  /** Trains and writes a candidate, which is nobody's. */
  CaseReport run(
      NDManager manager,
      TrainingPlace place,
      CaseSettings settings,
      Consumer<StepReport> progress) {
    try (var training =
        new AdapterTraining<>(manager, place, examples, algorithm, settings.compute())) {
      var clock = new StepClock(System::nanoTime, progress);
      training.run(clock, CheckpointEvery.NEVER);
      return report(manager, settings, clock);
    }
  }

  private CaseReport report(NDManager manager, CaseSettings settings, StepClock clock) {
    var options = algorithm.options().training();
    var plan =
        new BatchPlan(
            examples.size(), options.batch(), options.epochs(), options.maxSteps(), options.seed());
    var measured =
        IntStream.range(settings.warmup(), settings.allSteps())
            .flatMap(step -> Arrays.stream(plan.batch(step)))
            .mapToObj(examples::get)
            .toList();
    long counted = measured.stream().mapToLong(tokens::applyAsInt).sum();
    return CaseReport.of(manager, settings, clock, measured.size(), counted);
  }
}
