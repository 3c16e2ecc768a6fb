package dev.hone.evaluation;

import dev.hone.alignment.PairScore;
import dev.hone.evaluation.SampleLog.Entry;
import dev.hone.evaluation.SampleLog.Of;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Of each measurement the texts that speak most against the candidate, with the figure that says
 * so, the worst first.
 *
 * @param pairs the first held-out pairs; of broken weights the first that broke them
 * @param accuracy pairs with the lowest margins
 * @param chatPerplexity pairs whose chosen answer lost most
 * @param textPerplexity passages that lost most
 * @param klToParent pairs on which the versions differ most
 * @param klToBase likewise
 * @param distinct for runs of one, two and three tokens: answers that repeat most of them
 * @param consistency questions whose answers agree least
 */
public record Evidence(
    List<Sample> pairs,
    List<Sample> accuracy,
    List<Sample> chatPerplexity,
    List<Sample> textPerplexity,
    List<Sample> klToParent,
    List<Sample> klToBase,
    List<List<Sample>> distinct,
    List<Sample> consistency) {
  static final int SAMPLES = 3;

  public static final Evidence NONE = ofPairs(List.of());

  static Evidence ofBroken(List<PairScore> scores, List<Sample> heldOut) {
    return ofPairs(
        IntStream.range(0, scores.size())
            .filter(i -> !Findings.isFinite(scores.get(i)))
            .limit(SAMPLES)
            .mapToObj(heldOut::get)
            .toList());
  }

  private static Evidence ofPairs(List<Sample> pairs) {
    return new Evidence(
        pairs,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(List.of(), List.of(), List.of()),
        List.of());
  }

  static Evidence of(Measured measured, List<Sample> heldOut, EvaluationJob job, GateTexts texts) {
    var scores = measured.pairs();
    return new Evidence(
        heldOut.stream().limit(SAMPLES).toList(),
        lowestMargins(scores, heldOut, job.beta()),
        chatsThatLost(scores, heldOut),
        passagesThatLost(measured, texts),
        furthest(scores, heldOut),
        furthest(job.parent().isEmpty() ? scores : measured.basePairs(), heldOut),
        IntStream.rangeClosed(1, 3).mapToObj(n -> repetitive(n, measured, texts)).toList(),
        undecided(measured, job.sizes().samplesPerQuestion(), texts));
  }

  private static List<Sample> lowestMargins(
      List<PairScore> scores, List<Sample> heldOut, double beta) {
    ToDoubleFunction<PairScore> margin = score -> beta * PreferenceTally.margin(score);
    return highest(
        scores.size(),
        i -> -margin.applyAsDouble(scores.get(i)),
        i ->
            heldOut
                .get(i)
                .noted(
                    String.format(
                        Locale.ROOT, "margin %.3f", margin.applyAsDouble(scores.get(i)))));
  }

  private static List<Sample> chatsThatLost(List<PairScore> scores, List<Sample> heldOut) {
    return highest(
        scores.size(),
        i -> {
          var s = scores.get(i);
          return (s.referenceChosen() - s.policyChosen()) / s.chosenTokens();
        },
        i -> {
          var s = scores.get(i);
          return heldOut
              .get(i)
              .noted(
                  "chosen answer: "
                      + perplexities(s.chosenTokens(), s.policyChosen(), s.referenceChosen()));
        });
  }

  private static List<Sample> passagesThatLost(Measured measured, GateTexts texts) {
    var parent = measured.passages(Of.PARENT);
    var candidate = measured.passages(Of.CANDIDATE);
    return highest(
        candidate.size(),
        i -> (parent.get(i).logProb() - candidate.get(i).logProb()) / parent.get(i).tokens(),
        i ->
            Sample.passage(
                texts.passages().get(i),
                perplexities(
                    parent.get(i).tokens(), candidate.get(i).logProb(), parent.get(i).logProb())));
  }

  private static String perplexities(int tokens, double candidate, double parent) {
    return String.format(
        Locale.ROOT,
        "perplexity %.2f, parent %.2f",
        Math.exp(-candidate / tokens),
        Math.exp(-parent / tokens));
  }

  private static List<Sample> furthest(List<PairScore> scores, List<Sample> heldOut) {
    IntToDoubleFunction perToken =
        i -> {
          var s = scores.get(i);
          return s.kl() / (s.chosenTokens() + s.rejectedTokens());
        };
    return highest(
        scores.size(),
        perToken,
        i ->
            heldOut
                .get(i)
                .noted(
                    String.format(
                        Locale.ROOT, "KL %.4f nats per token", perToken.applyAsDouble(i))));
  }

  private static List<Sample> repetitive(int length, Measured measured, GateTexts texts) {
    var parent = measured.answers(Of.PARENT);
    var candidate = measured.answers(Of.CANDIDATE);
    var each =
        IntStream.range(0, candidate.size())
            .mapToObj(i -> Distinct.shares(length, tokens(parent, i), tokens(candidate, i)))
            .toList();
    return highest(
        each.size(),
        i -> -each.get(i).candidate(),
        i ->
            Sample.answers(
                texts.prompts().get(i).getLast().content(),
                parent.get(i).text(),
                candidate.get(i).text(),
                String.format(
                    Locale.ROOT,
                    "distinct-%d %.3f, parent %.3f",
                    length,
                    each.get(i).candidate(),
                    each.get(i).parent())));
  }

  private static List<int[]> tokens(List<Entry.Answer> answers, int index) {
    return List.of(answers.get(index).tokens());
  }

  private static List<Sample> undecided(Measured measured, int samples, GateTexts texts) {
    var questions = texts.questions();
    var parent = measured.repeats(Of.PARENT, samples);
    var candidate = measured.repeats(Of.CANDIDATE, samples);
    return highest(
        questions.size(),
        i -> -Agreement.of(questions.get(i), candidate.get(i)),
        i ->
            Sample.answers(
                questions.get(i),
                listed(parent.get(i)),
                listed(candidate.get(i)),
                String.format(
                    Locale.ROOT,
                    "agreement %.3f, parent %.3f",
                    Agreement.of(questions.get(i), candidate.get(i)),
                    Agreement.of(questions.get(i), parent.get(i)))));
  }

  private static String listed(List<String> answers) {
    return answers.stream().map(answer -> "• " + answer.strip()).collect(Collectors.joining("\n"));
  }

  /** What is no number counts as the highest. */
  private static List<Sample> highest(
      int count, IntToDoubleFunction figure, IntFunction<Sample> sample) {
    return IntStream.range(0, count)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> figure.applyAsDouble(i)).reversed())
        .limit(SAMPLES)
        .map(sample::apply)
        .toList();
  }
}
