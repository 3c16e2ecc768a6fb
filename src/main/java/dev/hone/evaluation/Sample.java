package dev.hone.evaluation;

/**
 * What both versions answered.
 *
 * @param prompt the last thing that the user said
 * @param note what was found in the candidate's answer, empty for nothing
 */
public record Sample(String prompt, String parent, String candidate, String note) {
  static final String LEAK = "control tokens";
  static final String LOOP = "repeats itself";
  static final String REFUSAL = "declines";
  static final String CUT = "is cut";
}
