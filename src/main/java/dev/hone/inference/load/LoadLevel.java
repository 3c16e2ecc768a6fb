package dev.hone.inference.load;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What so many clients got who asked at the same time.
 *
 * @param answers in all
 * @param promptTokens mean of a prompt
 * @param cachedTokens of all prompts, that were not computed again
 * @param tokens of all answers
 * @param seconds from the first question to the last answer's end
 * @param tokensPerSecond of all answers together
 * @param interTokenP95 seconds between two pieces of an answer; 0 where none had two
 */
public record LoadLevel(
    int clients,
    int answers,
    double promptTokens,
    int cachedTokens,
    int tokens,
    double seconds,
    double tokensPerSecond,
    double firstTokenP50,
    double firstTokenP95,
    double interTokenP95) {
  private static final double MEDIAN = 0.5;
  private static final double NEARLY_ALL = 0.95;

  static LoadLevel of(int clients, List<AnswerTimes> answers, double seconds) {
    double[] first = all(answers, AnswerTimes::firstSeconds);
    double[] gaps =
        answers.stream()
            .flatMap(answer -> answer.gaps().stream())
            .mapToDouble(Double::doubleValue)
            .toArray();
    int tokens = answers.stream().mapToInt(AnswerTimes::tokens).sum();
    return new LoadLevel(
        clients,
        answers.size(),
        answers.stream().mapToInt(AnswerTimes::promptTokens).average().orElse(0),
        answers.stream().mapToInt(AnswerTimes::cachedTokens).sum(),
        tokens,
        seconds,
        tokens / seconds,
        Percentile.of(first, MEDIAN),
        Percentile.of(first, NEARLY_ALL),
        gaps.length == 0 ? 0 : Percentile.of(gaps, NEARLY_ALL));
  }

  private static double[] all(List<AnswerTimes> answers, ToDoubleFunction<AnswerTimes> value) {
    return answers.stream().mapToDouble(value).toArray();
  }
}
