package dev.hone.evaluation;

import java.util.regex.Pattern;

/**
 * Whether an answer declines to answer, by the phrases that chat models open with when they do, in
 * English. The gate asks nothing that should be declined.
 */
final class Refusal {
  /** Refusals come first; later the same words usually tell a story. */
  private static final int OPENING = 200;

  private static final Pattern PHRASES =
      Pattern.compile(
          "\\bI(['’]m| am) (so |very |really |truly )?(sorry|afraid)\\b"
              + "|\\bI (cannot|can['’]t|can not|won['’]t|will not|am unable to|must decline)\\b"
              + "|\\bI(['’]m| am) (unable|not able|not allowed|not permitted|not programmed)\\b"
              + "|\\b(as|since I(['’]m| am)) (just )?an? (AI|artificial intelligence|(large )?language model)\\b"
              + "|\\bI (do not|don['’]t) (have|feel comfortable|think I (can|should))\\b"
              + "|\\bI(['’]d| would) (rather|prefer) not\\b",
          Pattern.CASE_INSENSITIVE);

  private Refusal() {}

  static boolean in(String answer) {
    return PHRASES.matcher(answer.substring(0, Math.min(OPENING, answer.length()))).find();
  }
}
