package dev.hone.loop;

import dev.hone.preference.Snapshot;
import java.util.function.ToIntFunction;

/** What a stage learns from, of what a snapshot holds. */
enum Learns {
  PAIRS("pairs", Snapshot::train),
  /** Both answers of a pair count as judged alone. */
  JUDGED("judged answers", snapshot -> 2 * snapshot.train()),
  /** The chosen answer of a pair counts as one. */
  DEMONSTRATIONS("demonstrations", Snapshot::train);

  private final String words;
  private final ToIntFunction<Snapshot> count;

  Learns(String words, ToIntFunction<Snapshot> count) {
    this.words = words;
    this.count = count;
  }

  String words() {
    return words;
  }

  /** How many there are to train on. */
  int count(Snapshot snapshot) {
    return count.applyAsInt(snapshot);
  }
}
