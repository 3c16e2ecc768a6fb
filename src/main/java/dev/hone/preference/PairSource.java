package dev.hone.preference;

/** The two ways in which pairs come to an instance. */
public enum PairSource {
  /** Files that someone brought. */
  IMPORTED,
  /** What people said of answers here. */
  VOTES
}
