package dev.hone.preference;

import java.util.Map;
import java.util.TreeMap;

/**
 * The pairs that a round learns from and is measured on, as they were at one moment; never changed.
 * Lies in a folder named by {@code sha256}, as {@code train.jsonl} and {@code held-out.jsonl} in
 * TRL's format.
 *
 * @param sha256 over both files, in hex (docs/algorithms/rounds.md)
 * @param train number of pairs to train on
 * @param heldOut number of pairs kept from training
 * @param dropped number of pairs that are in neither file, by reason
 */
public record Snapshot(String sha256, int train, int heldOut, Map<String, Integer> dropped) {
  public static final String TRAIN = "train.jsonl";
  public static final String HELD_OUT = "held-out.jsonl";

  public Snapshot {
    dropped = new TreeMap<>(dropped);
  }
}
