package dev.hone.preference;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The two ways in which pairs, and what else can be learnt from, come to an instance. */
public enum PairSource {
  /** Files that someone brought. */
  IMPORTED,
  /** What people said of answers here. */
  VOTES;

  /** By its name in lower case. */
  public static Optional<PairSource> of(String name) {
    return Arrays.stream(values())
        .filter(source -> source.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }
}
