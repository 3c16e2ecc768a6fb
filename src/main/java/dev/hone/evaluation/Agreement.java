package dev.hone.evaluation;

import java.text.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How much several answers to one question say the same, after SelfCheckGPT's unigram variant
 * (Manakul et al. 2023): what a model knows it repeats, what it makes up differs each time. Answers
 * are compared by their words but for those of the question, which every answer can borrow.
 */
final class Agreement {
  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");

  private Agreement() {}

  /**
   * @param answers at least two
   * @return mean over all pairs of answers of the shared words among all their words, from 0 to 1
   */
  static double of(String question, List<String> answers) {
    var asked = words(question);
    var said = answers.stream().map(answer -> without(words(answer), asked)).toList();
    double sum = 0;
    for (int a = 0; a < said.size(); a++) {
      for (int b = a + 1; b < said.size(); b++) {
        sum += overlap(said.get(a), said.get(b));
      }
    }
    return sum / (said.size() * (said.size() - 1) / 2.0);
  }

  /** Jaccard's index; answers without a word of their own agree with each other. */
  private static double overlap(Set<String> a, Set<String> b) {
    long shared = a.stream().filter(b::contains).count();
    long all = a.size() + b.size() - shared;
    return all == 0 ? 1 : (double) shared / all;
  }

  private static Set<String> without(Set<String> words, Set<String> others) {
    var rest = new HashSet<>(words);
    rest.removeAll(others);
    return rest;
  }

  private static Set<String> words(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    return NO_WORD
        .splitAsStream(plain)
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
