package dev.hone.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What shows a finding: what both versions answered, or a held-out pair, or a passage of the
 * general text. Fields of the others are null, and left out of JSON.
 *
 * @param prompt the last thing that the user said; a passage's own text
 * @param chosen answer of a held-out pair
 * @param note what was found, empty for nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Sample(
    String prompt, String parent, String candidate, String chosen, String rejected, String note) {
  static final String LEAK = "control tokens";
  static final String LOOP = "repeats itself";
  static final String REFUSAL = "declines";
  static final String CUT = "is cut";

  /** Of a text that someone else wrote, enough to know it by. */
  private static final int MOST_CHARACTERS = 400;

  public static Sample answers(String prompt, String parent, String candidate, String note) {
    return new Sample(prompt, parent, candidate, null, null, note);
  }

  static Sample pair(String prompt, String chosen, String rejected) {
    return new Sample(shortened(prompt), null, null, shortened(chosen), shortened(rejected), "");
  }

  static Sample passage(String text, String note) {
    return new Sample(shortened(text), null, null, null, null, note);
  }

  Sample noted(String other) {
    return new Sample(prompt, parent, candidate, chosen, rejected, other);
  }

  private static String shortened(String text) {
    if (text.codePointCount(0, text.length()) <= MOST_CHARACTERS) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, MOST_CHARACTERS)) + "…";
  }
}
