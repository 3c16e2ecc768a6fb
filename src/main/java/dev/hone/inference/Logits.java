package dev.hone.inference;

import java.util.List;

/** The logits of one step, a row a sequence; good until their runner's next step. */
public interface Logits {
  /** How many of a row's likeliest tokens are looked at before all of them are. */
  int LISTED = 64;

  /**
   * Shapes every row and lists its likeliest tokens.
   *
   * @param shapings one a row
   */
  List<Candidates> candidates(List<Shaping> shapings);
}
