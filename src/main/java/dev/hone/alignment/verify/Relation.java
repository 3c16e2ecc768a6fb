package dev.hone.alignment.verify;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a number that was found has to be to one that is wanted. */
public enum Relation {
  @JsonProperty("at_least")
  AT_LEAST,
  @JsonProperty("less_than")
  LESS_THAN,
  @JsonProperty("exactly")
  EXACTLY;

  /** The least number that can be wanted so. */
  int least() {
    return this == LESS_THAN ? 1 : 0;
  }

  boolean holds(int found, int wanted) {
    return switch (this) {
      case AT_LEAST -> found >= wanted;
      case LESS_THAN -> found < wanted;
      case EXACTLY -> found == wanted;
    };
  }
}
