package dev.hone.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What can be wrong with the form of an answer, whatever it says. */
final class Structure {
  private static final int RUN = 8;
  private static final int RUN_REPEATS = 3;
  private static final int SHORT_WORDS = 5;
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern LIST_ITEM = Pattern.compile("\\s*([-*+•]|\\d+[.)]).*");

  /** Control tokens as the usual chat templates spell them, and a turn's head without them. */
  private static final Pattern TEMPLATE =
      Pattern.compile(
          "<\\|[a-zA-Z_0-9]+\\|>|</?s>|\\[/?INST]|<</?SYS>>|<(start|end)_of_turn>"
              + "|(?m:^(system|user|assistant)$)");

  private Structure() {}

  /** Whether some run of {@value #RUN} tokens stands there {@value #RUN_REPEATS} times. */
  static boolean loops(int[] tokens) {
    Map<List<Integer>, Integer> seen = new HashMap<>();
    for (int end = RUN; end <= tokens.length; end++) {
      var run = Arrays.stream(tokens, end - RUN, end).boxed().toList();
      if (seen.merge(run, 1, Integer::sum) == RUN_REPEATS) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether an answer ends within a sentence: at its bound, or on a letter, a digit or a comma.
   * Answers of few words and list items need no end mark.
   *
   * @param bounded whether it was ended by its bound
   */
  static boolean cut(String text, boolean bounded) {
    if (bounded) {
      return true;
    }
    String answer = text.strip();
    if (SPACE.split(answer).length <= SHORT_WORDS) {
      return false;
    }
    int last = answer.codePointBefore(answer.length());
    String lastLine = answer.substring(answer.lastIndexOf('\n') + 1);
    return (Character.isLetterOrDigit(last) || last == ',')
        && !LIST_ITEM.matcher(lastLine).matches();
  }

  static boolean leaksTemplate(String text) {
    return TEMPLATE.matcher(text).find();
  }
}
