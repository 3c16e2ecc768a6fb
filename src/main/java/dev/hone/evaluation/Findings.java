package dev.hone.evaluation;

import dev.hone.alignment.PairScore;
import dev.hone.evaluation.SampleLog.Entry;
import dev.hone.evaluation.SampleLog.Of;
import dev.hone.model.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Makes a report of what the log holds; no model is needed for that. */
final class Findings {
  private final Measured measured;
  private final HeldOut heldOut;
  private final EvaluationJob job;
  private final GateTexts texts;

  Findings(Measured measured, HeldOut heldOut, EvaluationJob job, GateTexts texts) {
    this.measured = measured;
    this.heldOut = heldOut;
    this.job = job;
    this.texts = texts;
  }

  /** Whether every number of the held-out pairs is one; weights that are broken make others. */
  boolean finite() {
    return measured.pairs().stream().allMatch(Findings::isFinite);
  }

  static boolean isFinite(PairScore score) {
    return Double.isFinite(score.policyChosen())
        && Double.isFinite(score.policyRejected())
        && Double.isFinite(score.kl());
  }

  EvaluationReport broken() {
    var scores = measured.pairs();
    return EvaluationReport.broken(
        job.seed(), scores.size(), heldOut.skipped(), Evidence.ofBroken(scores, heldOut.samples()));
  }

  EvaluationReport report() {
    var scores = measured.pairs();
    var tally = new PreferenceTally(job.beta());
    scores.forEach(tally::add);
    var parent = measured.answers(Of.PARENT);
    var candidate = measured.answers(Of.CANDIDATE);
    return new EvaluationReport(
        job.seed(),
        true,
        tally.report(heldOut.skipped()),
        heldOut.cut(),
        tally.referenceLogprobAccuracy(),
        chatPerplexity(scores),
        textPerplexity(),
        kl(scores),
        kl(job.parent().isEmpty() ? scores : measured.basePairs()),
        length(parent, candidate),
        IntStream.rangeClosed(1, 3).mapToObj(n -> distinct(n, parent, candidate)).toList(),
        shares(parent, candidate, answer -> Refusal.in(answer.text())),
        shares(parent, candidate, answer -> Structure.loops(answer.tokens())),
        shares(parent, candidate, answer -> Structure.cut(answer.text(), answer.bounded())),
        shares(parent, candidate, answer -> Structure.leaksTemplate(answer.text())),
        consistency(),
        samples(parent, candidate),
        Evidence.of(measured, heldOut.samples(), job, texts));
  }

  private static Comparison chatPerplexity(List<PairScore> scores) {
    if (scores.isEmpty()) {
      return null;
    }
    return perplexity(
        column(scores, PairScore::chosenTokens),
        column(scores, PairScore::referenceChosen),
        column(scores, PairScore::policyChosen));
  }

  private Comparison textPerplexity() {
    var parent = measured.passages(Of.PARENT);
    return perplexity(
        column(parent, Entry.Passage::tokens),
        column(parent, Entry.Passage::logProb),
        column(measured.passages(Of.CANDIDATE), Entry.Passage::logProb));
  }

  /**
   * @param parent log-probabilities, as many as there are texts
   */
  private static Comparison perplexity(double[] tokens, double[] parent, double[] candidate) {
    double all = sum(tokens);
    double[] lost =
        IntStream.range(0, tokens.length).mapToDouble(i -> parent[i] - candidate[i]).toArray();
    var interval = Bootstrap.interval(lost, tokens, (loss, count) -> Math.exp(loss / count));
    return new Comparison(
        Math.exp(-sum(parent) / all),
        Math.exp(-sum(candidate) / all),
        interval.low(),
        interval.high());
  }

  private static Estimate kl(List<PairScore> scores) {
    if (scores.isEmpty()) {
      return null;
    }
    double[] tokens = column(scores, s -> s.chosenTokens() + s.rejectedTokens());
    double[] kl = column(scores, PairScore::kl);
    var interval = Bootstrap.interval(kl, tokens, (nats, count) -> nats / count);
    return new Estimate(sum(kl) / sum(tokens), interval.low(), interval.high(), (int) sum(tokens));
  }

  /** Tokens, one more for the end of the turn, so that no length is 0. */
  private static Comparison length(List<Entry.Answer> parent, List<Entry.Answer> candidate) {
    double[] a = column(parent, answer -> answer.tokens().length + 1);
    double[] b = column(candidate, answer -> answer.tokens().length + 1);
    var interval = Bootstrap.interval(a, b, (first, second) -> second / first);
    return new Comparison(sum(a) / a.length, sum(b) / b.length, interval.low(), interval.high());
  }

  private static Comparison distinct(
      int length, List<Entry.Answer> parent, List<Entry.Answer> candidate) {
    return Distinct.of(
        length,
        parent.stream().map(Entry.Answer::tokens).toList(),
        candidate.stream().map(Entry.Answer::tokens).toList());
  }

  private static Comparison shares(
      List<Entry.Answer> parent, List<Entry.Answer> candidate, Predicate<Entry.Answer> has) {
    return means(
        column(parent, answer -> has.test(answer) ? 1 : 0),
        column(candidate, answer -> has.test(answer) ? 1 : 0));
  }

  private Comparison consistency() {
    return means(agreements(Of.PARENT), agreements(Of.CANDIDATE));
  }

  private double[] agreements(Of of) {
    var answers = measured.repeats(of, job.sizes().samplesPerQuestion());
    return IntStream.range(0, texts.questions().size())
        .mapToDouble(i -> Agreement.of(texts.questions().get(i), answers.get(i)))
        .toArray();
  }

  private static Comparison means(double[] parent, double[] candidate) {
    int n = parent.length;
    var interval = Bootstrap.interval(parent, candidate, (a, b) -> (b - a) / n);
    return new Comparison(sum(parent) / n, sum(candidate) / n, interval.low(), interval.high());
  }

  private List<Sample> samples(List<Entry.Answer> parent, List<Entry.Answer> candidate) {
    var samples = new ArrayList<Sample>();
    for (int i = 0; i < candidate.size(); i++) {
      String asked = lastOf(texts.prompts().get(i));
      samples.add(
          Sample.answers(
              asked, parent.get(i).text(), candidate.get(i).text(), note(candidate.get(i))));
    }
    samples.sort(Comparator.comparing(sample -> sample.note().isEmpty()));
    return samples;
  }

  private static String lastOf(List<Message> prompt) {
    return prompt.getLast().content();
  }

  private static String note(Entry.Answer answer) {
    var notes = new ArrayList<String>();
    if (Structure.leaksTemplate(answer.text())) {
      notes.add(Sample.LEAK);
    }
    if (Structure.loops(answer.tokens())) {
      notes.add(Sample.LOOP);
    }
    if (Refusal.in(answer.text())) {
      notes.add(Sample.REFUSAL);
    }
    if (Structure.cut(answer.text(), answer.bounded())) {
      notes.add(Sample.CUT);
    }
    return String.join(", ", notes);
  }

  private static <T> double[] column(List<T> rows, ToDoubleFunction<T> of) {
    return rows.stream().mapToDouble(of).toArray();
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
