package dev.hone.preference;

import dev.hone.preference.Example.Kind;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a round learns from and is measured on, as it was at one moment; never changed. Lies in a
 * folder named by {@code sha256}: of each kind of example a file to train on and one held out, in
 * TRL's format.
 *
 * @param sha256 over all files, in hex (docs/algorithms/rounds.md)
 * @param train number of pairs to train on
 * @param heldOut number of pairs kept from training
 * @param dropped number of pairs that are in neither file, by reason
 * @param unpaired judgements of single answers; none in a snapshot of an earlier release
 * @param demonstrations likewise
 * @param prompts different ones of all that is trained on; null in a snapshot of an earlier release
 * @param mixture of the sources, as {@link Mixture} writes it; null where all was taken
 */
public record Snapshot(
    String sha256,
    int train,
    int heldOut,
    Map<String, Integer> dropped,
    Part unpaired,
    Part demonstrations,
    Integer prompts,
    String mixture) {
  public static final String TRAIN = "train.jsonl";
  public static final String HELD_OUT = "held-out.jsonl";
  public static final String TRAIN_UNPAIRED = "train-unpaired.jsonl";
  public static final String HELD_OUT_UNPAIRED = "held-out-unpaired.jsonl";
  public static final String TRAIN_DEMONSTRATIONS = "train-demonstrations.jsonl";
  public static final String HELD_OUT_DEMONSTRATIONS = "held-out-demonstrations.jsonl";

  /**
   * Examples of a kind.
   *
   * @param train to train on
   * @param heldOut kept from training
   * @param dropped in neither file, by reason
   */
  public record Part(int train, int heldOut, Map<String, Integer> dropped) {
    public static final Part NONE = new Part(0, 0, Map.of());

    public Part {
      dropped = new TreeMap<>(dropped);
    }
  }

  public Snapshot {
    dropped = new TreeMap<>(dropped);
    unpaired = unpaired == null ? Part.NONE : unpaired;
    demonstrations = demonstrations == null ? Part.NONE : demonstrations;
  }

  /** Number of examples of every kind that are in no file, by reason. */
  public Map<String, Integer> allDropped() {
    var all = new TreeMap<>(dropped);
    unpaired.dropped.forEach((reason, count) -> all.merge(reason, count, Integer::sum));
    demonstrations.dropped.forEach((reason, count) -> all.merge(reason, count, Integer::sum));
    return all;
  }

  /** The file of a kind that is trained on. */
  static String train(Kind kind) {
    return switch (kind) {
      case PAIRS -> TRAIN;
      case UNPAIRED -> TRAIN_UNPAIRED;
      case DEMONSTRATIONS -> TRAIN_DEMONSTRATIONS;
    };
  }

  /** The file of a kind that is not. */
  static String heldOut(Kind kind) {
    return switch (kind) {
      case PAIRS -> HELD_OUT;
      case UNPAIRED -> HELD_OUT_UNPAIRED;
      case DEMONSTRATIONS -> HELD_OUT_DEMONSTRATIONS;
    };
  }
}
