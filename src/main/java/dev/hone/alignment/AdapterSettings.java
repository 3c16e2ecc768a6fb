package dev.hone.alignment;

import static dev.hone.alignment.SettingsReader.require;

import dev.hone.model.ForwardOptions;
import dev.hone.model.LoraShape;
import dev.hone.model.LoraTarget;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Everything that decides how an adapter is trained, whatever on.
 *
 * @param adapter what is moved; rank to dropout are of adapters alone
 * @param rank of the adapter
 * @param alpha the adapter's product counts alpha / rank times
 * @param targets the linear layers that the adapter changes
 * @param rsLora whether it counts alpha / sqrt(rank) times
 * @param dropout share of the adapter's inputs that each step leaves out
 * @param learningRate at its peak
 * @param warmup share of the steps in which the rate rises
 * @param schedule what the rate does then
 * @param maxSteps ends the training early; 0 for no such limit
 * @param batch examples of an optimiser step
 * @param microBatch examples that go through the network at once, at most, and as many as fit in 2
 *     maxTokens rows, 4 of training by reward; changes speed and memory only
 * @param maxTokens of a prompt and one answer together (see {@link PairTokens})
 * @param maxGradientNorm longer gradients are shortened to it
 * @param weightDecay decoupled, as in AdamW
 * @param seed of the adapter's first values and of the order of the data
 * @param compute empty for whichever is measured to be faster
 * @param gradientCheckpointing whether the way back computes each block once more, for less memory
 * @param ema what the average of the weights over the steps, which is then what comes of the
 *     training, keeps of itself in a step; 0 for the last weights
 * @param lengthBuckets whether a batch's examples are of like length
 * @param heldOutEvery steps between two measurements on what is not learnt; 0 for none at all,
 *     empty for a number that follows from how many steps there are
 */
public record AdapterSettings(
    AdapterKind adapter,
    int rank,
    double alpha,
    Set<LoraTarget> targets,
    boolean rsLora,
    double dropout,
    double learningRate,
    double warmup,
    Schedule schedule,
    int epochs,
    int maxSteps,
    int batch,
    int microBatch,
    int maxTokens,
    double maxGradientNorm,
    double weightDecay,
    long seed,
    Optional<ComputeType> compute,
    boolean gradientCheckpointing,
    double ema,
    boolean lengthBuckets,
    OptionalInt heldOutEvery) {
  private static final String HELD_OUT_EVERY = "heldOutEvery";

  private static final LoraShape SHAPE =
      new LoraShape(
          16,
          32,
          EnumSet.of(LoraTarget.Q, LoraTarget.K, LoraTarget.V, LoraTarget.O),
          /* rankStabilised= */ false);

  public AdapterSettings {
    targets = Set.copyOf(targets);
    require(rank >= 1 && rank <= 256, "rank", "from 1 to 256");
    require(alpha > 0 && alpha <= 1024, "alpha", "above 0 and at most 1024");
    require(
        !targets.isEmpty(),
        "targets",
        "one or more of " + SettingsReader.labels(EnumSet.allOf(LoraTarget.class)));
    require(dropout >= 0 && dropout < 1, "dropout", "from 0 to below 1");
    require(dropout == 0 || adapter == AdapterKind.LORA, "dropout", "0 unless adapter is lora");
    require(
        adapter != AdapterKind.FULL || SHAPE.equals(new LoraShape(rank, alpha, targets, rsLora)),
        "rank, alpha, targets and rsLora",
        "left alone with adapter=full, which has no matrices of its own");
    require(ema >= 0 && ema < 1, "ema", "from 0 to below 1");
    require(learningRate > 0 && learningRate <= 1, "learningRate", "above 0 and at most 1");
    require(warmup >= 0 && warmup < 1, "warmup", "a share from 0 to below 1");
    require(epochs >= 1 && epochs <= 100, "epochs", "from 1 to 100");
    require(maxSteps >= 0, "maxSteps", "0 or more");
    require(batch >= 1 && batch <= 1024, "the batch", "from 1 to 1024");
    require(microBatch >= 1 && microBatch <= 1024, "the micro-batch", "from 1 to 1024");
    require(maxTokens >= 16 && maxTokens <= 8192, "maxTokens", "from 16 to 8192");
    require(maxGradientNorm > 0, "maxGradientNorm", "above 0");
    require(heldOutEvery.orElse(0) >= 0, HELD_OUT_EVERY, "0 or more");
    require(weightDecay >= 0 && weightDecay < 1, "weightDecay", "from 0 to below 1");
  }

  /**
   * @param unit what a batch is counted in: {@code Pairs} for the setting {@code batchPairs}
   */
  public static AdapterSettings of(SettingsReader read, String unit) {
    var adapter = read.choice("adapter", AdapterKind.LORA);
    return new AdapterSettings(
        adapter,
        read.count("rank", SHAPE.rank()),
        read.number("alpha", SHAPE.alpha()),
        read.targets("targets", SHAPE.targets()),
        read.flag("rsLora", SHAPE.rankStabilised()),
        read.number("dropout", 0),
        read.number("learningRate", adapter == AdapterKind.FULL ? 2e-5 : 3e-4),
        read.number("warmup", 0.1),
        read.choice("schedule", Schedule.COSINE),
        read.count("epochs", 1),
        read.count("maxSteps", 0),
        read.count("batch" + unit, 8),
        read.count("microBatch" + unit, 2),
        read.count("maxTokens", 384),
        read.number("maxGradientNorm", 1),
        read.number("weightDecay", 0),
        read.whole("seed", 0),
        read.compute("compute"),
        read.flag("gradientCheckpointing", false),
        read.number("ema", 0),
        read.flag("lengthBuckets", false),
        read.countOrAuto(HELD_OUT_EVERY));
  }

  /** Whether it is measured on what is not learnt. */
  public boolean isMeasured() {
    return isMeasured(heldOutEvery);
  }

  /** The same of all settings of a method, as {@link #toMap} has them. */
  public static boolean isMeasured(Map<String, String> settings) {
    return isMeasured(new SettingsReader(settings).countOrAuto(HELD_OUT_EVERY));
  }

  private static boolean isMeasured(OptionalInt every) {
    return every.orElse(1) > 0;
  }

  /** Every setting; {@link #of} makes the same of it. */
  public Map<String, String> toMap(String unit) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("adapter", SettingsReader.label(adapter));
    map.put("rank", "" + rank);
    map.put("alpha", "" + alpha);
    map.put("targets", SettingsReader.labels(targets));
    map.put("rsLora", "" + rsLora);
    map.put("dropout", "" + dropout);
    map.put("learningRate", "" + learningRate);
    map.put("warmup", "" + warmup);
    map.put("schedule", SettingsReader.label(schedule));
    map.put("epochs", "" + epochs);
    map.put("maxSteps", "" + maxSteps);
    map.put("batch" + unit, "" + batch);
    map.put("microBatch" + unit, "" + microBatch);
    map.put("maxTokens", "" + maxTokens);
    map.put("maxGradientNorm", "" + maxGradientNorm);
    map.put("weightDecay", "" + weightDecay);
    map.put("seed", "" + seed);
    map.put("compute", SettingsReader.label(compute));
    map.put("gradientCheckpointing", "" + gradientCheckpointing);
    map.put("ema", "" + ema);
    map.put("lengthBuckets", "" + lengthBuckets);
    map.put(HELD_OUT_EVERY, SettingsReader.label(heldOutEvery));
    return map;
  }

  /** What dropout leaves out in a micro-batch of a step follows from this; both count from 0. */
  public long draw(int step, int microBatch) {
    long index = ((long) step << Integer.SIZE) + microBatch;
    return Randomness.of(seed, "dropout", index).nextInt(Integer.MAX_VALUE);
  }

  /** Of a micro-batch, however many examples it may have; an example alone may have more. */
  public int mostRows() {
    return 2 * maxTokens;
  }

  public LoraShape shape() {
    return new LoraShape(rank, alpha, targets, rsLora);
  }

  public ForwardOptions forward() {
    return new ForwardOptions(gradientCheckpointing, dropout);
  }
}
