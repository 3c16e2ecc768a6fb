package dev.hone.loop;

import dev.hone.alignment.FromPairs;
import dev.hone.preference.Snapshot;
import dev.hone.preference.Snapshot.Part;
import java.util.Locale;
import java.util.Map;

/** What a stage learns from, of what a snapshot holds. */
enum Learns {
  PAIRS("pairs"),
  /** Both answers of a pair may count as judged alone. */
  JUDGED("judged answers"),
  /** The chosen answer of a pair may count as one. */
  DEMONSTRATIONS("demonstrations"),
  /** Of everything, each once; what was answered does not count. */
  PROMPTS("prompts"),
  /** Of a file or made up; none is of the snapshot, and some are kept to measure on. */
  TASKS("tasks");

  private final String words;

  Learns(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  /**
   * How many there are to train on.
   *
   * @param settings of the method, which say whether it takes those of pairs, or which tasks
   */
  int count(Snapshot snapshot, Map<String, String> settings) {
    return switch (this) {
      case PAIRS -> snapshot.train();
      case PROMPTS -> snapshot.prompts();
      case TASKS -> Verified.learnt(settings);
      case JUDGED -> count(snapshot.unpaired(), 2 * snapshot.train(), settings);
      case DEMONSTRATIONS -> count(snapshot.demonstrations(), snapshot.train(), settings);
    };
  }

  private static int count(Part own, int ofPairs, Map<String, String> settings) {
    var fromPairs = FromPairs.valueOf(settings.get(FromPairs.SETTING).toUpperCase(Locale.ROOT));
    return own.train() + (fromPairs.takes(own.train() > 0) ? ofPairs : 0);
  }

  /** How much like that, pairs among it, is kept from training. */
  int heldOut(Snapshot snapshot) {
    return switch (this) {
      case PAIRS, PROMPTS, TASKS -> snapshot.heldOut();
      case JUDGED -> snapshot.heldOut() + snapshot.unpaired().heldOut();
      case DEMONSTRATIONS -> snapshot.heldOut() + snapshot.demonstrations().heldOut();
    };
  }
}
