package dev.hone.alignment.dpo;

import dev.hone.alignment.ComputeType;
import dev.hone.model.LoraTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything that decides what a DPO training makes of its pairs.
 *
 * @param beta how strongly the policy is held to the reference
 * @param labelSmoothing share of labels taken to be wrong (conservative DPO), below 0.5
 * @param rank of the adapter
 * @param alpha the adapter's product counts alpha / rank times
 * @param targets the linear layers that the adapter changes
 * @param learningRate at its peak
 * @param warmup share of the steps in which the rate rises; then it falls along a cosine to 0
 * @param maxSteps ends the training early; 0 for no such limit
 * @param batchPairs pairs of an optimiser step
 * @param microBatchPairs pairs that go through the network at once, at most, and as many as fit in
 *     2 maxTokens rows; changes speed and memory only
 * @param maxTokens of a prompt and one answer together (see {@link dev.hone.alignment.PairTokens})
 * @param maxGradientNorm longer gradients are shortened to it
 * @param weightDecay decoupled, as in AdamW
 * @param seed of the adapter's first values and of the order of the data
 * @param compute empty for whichever is measured to be faster
 */
public record DpoSettings(
    double beta,
    double labelSmoothing,
    int rank,
    double alpha,
    Set<LoraTarget> targets,
    double learningRate,
    double warmup,
    int epochs,
    int maxSteps,
    int batchPairs,
    int microBatchPairs,
    int maxTokens,
    double maxGradientNorm,
    double weightDecay,
    long seed,
    Optional<ComputeType> compute) {
  private static final String AUTO = "auto";

  public DpoSettings {
    targets = Set.copyOf(targets);
    require(beta > 0 && beta <= 10, "beta", "above 0 and at most 10");
    require(labelSmoothing >= 0 && labelSmoothing < 0.5, "labelSmoothing", "from 0 to below 0.5");
    require(rank >= 1 && rank <= 256, "rank", "from 1 to 256");
    require(alpha > 0 && alpha <= 1024, "alpha", "above 0 and at most 1024");
    require(
        !targets.isEmpty(), "targets", "one or more of " + names(EnumSet.allOf(LoraTarget.class)));
    require(learningRate > 0 && learningRate <= 1, "learningRate", "above 0 and at most 1");
    require(warmup >= 0 && warmup < 1, "warmup", "a share from 0 to below 1");
    require(epochs >= 1 && epochs <= 100, "epochs", "from 1 to 100");
    require(maxSteps >= 0, "maxSteps", "0 or more");
    require(batchPairs >= 1 && batchPairs <= 1024, "batchPairs", "from 1 to 1024");
    require(microBatchPairs >= 1 && microBatchPairs <= 1024, "microBatchPairs", "from 1 to 1024");
    require(maxTokens >= 16 && maxTokens <= 8192, "maxTokens", "from 16 to 8192");
    require(maxGradientNorm > 0, "maxGradientNorm", "above 0");
    require(weightDecay >= 0 && weightDecay < 1, "weightDecay", "from 0 to below 1");
  }

  private static void require(boolean holds, String name, String what) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + what);
    }
  }

  /**
   * The defaults with some settings changed.
   *
   * @throws IllegalArgumentException naming a setting that does not exist or its bad value
   */
  public static DpoSettings of(Map<String, String> set) {
    var read = new Reader(set);
    var settings =
        new DpoSettings(
            read.number("beta", 0.1),
            read.number("labelSmoothing", 0.1),
            read.count("rank", 16),
            read.number("alpha", 32),
            read.targets(EnumSet.of(LoraTarget.Q, LoraTarget.K, LoraTarget.V, LoraTarget.O)),
            read.number("learningRate", 3e-4),
            read.number("warmup", 0.1),
            read.count("epochs", 1),
            read.count("maxSteps", 0),
            read.count("batchPairs", 8),
            read.count("microBatchPairs", 2),
            read.count("maxTokens", 384),
            read.number("maxGradientNorm", 1),
            read.number("weightDecay", 0),
            read.whole("seed", 0),
            read.compute());
    var unknown = new ArrayList<>(set.keySet());
    unknown.removeAll(settings.toMap().keySet());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown setting %s; there are %s"
              .formatted(unknown.getFirst(), String.join(", ", settings.toMap().keySet())));
    }
    return settings;
  }

  /** Every setting; {@link #of} makes the same of it. */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("beta", "" + beta);
    map.put("labelSmoothing", "" + labelSmoothing);
    map.put("rank", "" + rank);
    map.put("alpha", "" + alpha);
    map.put("targets", names(targets));
    map.put("learningRate", "" + learningRate);
    map.put("warmup", "" + warmup);
    map.put("epochs", "" + epochs);
    map.put("maxSteps", "" + maxSteps);
    map.put("batchPairs", "" + batchPairs);
    map.put("microBatchPairs", "" + microBatchPairs);
    map.put("maxTokens", "" + maxTokens);
    map.put("maxGradientNorm", "" + maxGradientNorm);
    map.put("weightDecay", "" + weightDecay);
    map.put("seed", "" + seed);
    map.put("compute", compute.map(ComputeType::label).orElse(AUTO));
    return map;
  }

  private static String names(Set<LoraTarget> targets) {
    return targets.stream().sorted().map(DpoSettings::name).collect(Collectors.joining(","));
  }

  private static String name(LoraTarget target) {
    return target.name().toLowerCase(Locale.ROOT);
  }

  private record Reader(Map<String, String> set) {
    double number(String name, double otherwise) {
      return parsed(name, otherwise, Double::valueOf, "a number");
    }

    int count(String name, int otherwise) {
      return parsed(name, otherwise, Integer::valueOf, "a whole number");
    }

    long whole(String name, long otherwise) {
      return parsed(name, otherwise, Long::valueOf, "a whole number");
    }

    Set<LoraTarget> targets(Set<LoraTarget> otherwise) {
      return parsed(
          "targets",
          otherwise,
          text ->
              Arrays.stream(text.split(","))
                  .map(name -> LoraTarget.valueOf(name.strip().toUpperCase(Locale.ROOT)))
                  .collect(Collectors.toSet()),
          "a list of " + names(EnumSet.allOf(LoraTarget.class)));
    }

    Optional<ComputeType> compute() {
      return parsed(
          "compute",
          Optional.empty(),
          text ->
              text.equals(AUTO)
                  ? Optional.empty()
                  : Optional.of(ComputeType.valueOf(text.toUpperCase(Locale.ROOT))),
          "one of " + List.of(AUTO, ComputeType.F32.label(), ComputeType.BF16.label()));
    }

    private <T> T parsed(
        String name, T otherwise, java.util.function.Function<String, T> parse, String what) {
      String text = set.get(name);
      if (text == null) {
        return otherwise;
      }
      try {
        return parse.apply(text.strip());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "%s must be %s, was '%s'".formatted(name, what, text), e);
      }
    }
  }
}
