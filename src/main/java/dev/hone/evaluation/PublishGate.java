package dev.hone.evaluation;

import static dev.hone.evaluation.Check.Verdict.FAILED;
import static dev.hone.evaluation.Check.Verdict.PASSED;
import static dev.hone.evaluation.Check.Verdict.UNDECIDED;

import dev.hone.evaluation.Check.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Says of a measured candidate whether it may answer people (docs/algorithms/gate.md). */
public final class PublishGate {
  static final String PAIRS = "held-out-pairs";

  private static final String SHARE = "share";
  private static final String RATIO = "ratio";
  private static final String NATS = "nats";

  private final EvaluationReport report;
  private final Evidence evidence;
  private final GateThresholds thresholds;

  private PublishGate(EvaluationReport report, GateThresholds thresholds) {
    this.report = report;
    this.evidence = report.evidence();
    this.thresholds = thresholds;
  }

  public static GateReport judge(EvaluationReport report, GateThresholds thresholds) {
    var checks = new PublishGate(report, thresholds).checks();
    return GateReport.of(checks.stream().map(PublishGate::numeric).toList());
  }

  private List<Check> checks() {
    if (!report.finite()) {
      return List.of(notFinite());
    }
    var checks = new ArrayList<>(List.of(pairs(), accuracy()));
    if (report.preferences().pairs() > 0) {
      checks.add(
          perplexity(
              "chat-perplexity",
              report.chatPerplexity(),
              thresholds.maxChatPerplexity(),
              evidence.chatPerplexity()));
    }
    checks.add(
        perplexity(
            "text-perplexity",
            report.textPerplexity(),
            thresholds.maxTextPerplexity(),
            evidence.textPerplexity()));
    if (report.preferences().pairs() > 0) {
      checks.add(kl("kl", report.klToParent(), thresholds.maxKl(), evidence.klToParent()));
      checks.add(
          kl("kl-to-base", report.klToBase(), thresholds.maxKlToBase(), evidence.klToBase()));
    }
    checks.add(length());
    for (int n = 1; n <= report.distinct().size(); n++) {
      checks.add(distinct(n, report.distinct().get(n - 1)));
    }
    checks.add(
        rise("refusals", report.refusals(), thresholds.maxRefusalRise(), noted(Sample.REFUSAL)));
    checks.add(rise("loops", report.loops(), thresholds.maxLoopRise(), noted(Sample.LOOP)));
    checks.add(rise("cut-sentences", report.cut(), thresholds.maxCutRise(), noted(Sample.CUT)));
    checks.add(
        rise("leaked-tokens", report.leaked(), thresholds.maxLeakRise(), noted(Sample.LEAK)));
    checks.add(consistency());
    return checks;
  }

  /** No comparison sees a number that is none, so it fails here; JSON has no such numbers. */
  private static Check numeric(Check check) {
    if (isNumber(check.value()) && isNumber(check.low()) && isNumber(check.high())) {
      return check;
    }
    return new Check(
        check.name(),
        FAILED,
        finite(check.value()),
        finite(check.low()),
        finite(check.high()),
        check.threshold(),
        check.thresholdValue(),
        check.unit(),
        "not every number is finite; " + check.detail(),
        check.samples());
  }

  private static boolean isNumber(Double value) {
    return value == null || Double.isFinite(value);
  }

  private static Double finite(Double value) {
    return isNumber(value) ? value : null;
  }

  private Check notFinite() {
    return new Check(
        "finite",
        FAILED,
        null,
        null,
        null,
        "every log-probability is a number",
        0,
        "",
        "on held-out pairs the candidate's are not",
        evidence.pairs());
  }

  private Check pairs() {
    int pairs = report.preferences().pairs();
    double exact = pairs;
    return new Check(
        PAIRS,
        pairs < thresholds.minPairs() ? UNDECIDED : PASSED,
        exact,
        exact,
        exact,
        "at least " + thresholds.minPairs(),
        thresholds.minPairs(),
        "pairs",
        pairs < thresholds.minPairs() ? "too few to decide without a person" : "",
        evidence.pairs());
  }

  private Check accuracy() {
    var preferences = report.preferences();
    return new Check(
        "preference-accuracy",
        accuracyVerdict(preferences),
        preferences.accuracy(),
        preferences.low(),
        preferences.high(),
        "lower end above " + thresholds.minAccuracy(),
        thresholds.minAccuracy(),
        SHARE,
        preferences.pairs() == 0
            ? "no held-out pair"
            : String.format(
                Locale.ROOT,
                "by log-probability alone %.3f before, %.3f after; by length alone %.3f",
                report.logprobAccuracyBefore(),
                preferences.logprobAccuracy(),
                preferences.lengthBaseline()),
        evidence.accuracy());
  }

  private Verdict accuracyVerdict(PreferenceReport preferences) {
    if (preferences.pairs() < thresholds.minPairs()) {
      return UNDECIDED;
    }
    return preferences.low() > thresholds.minAccuracy() ? PASSED : FAILED;
  }

  private static Check perplexity(
      String name, Comparison measured, double most, List<Sample> samples) {
    return new Check(
        name,
        beyond(measured.ratio() > most, measured.low() > 1),
        measured.ratio(),
        measured.low(),
        measured.high(),
        "at most %s times the parent's".formatted(most),
        most,
        RATIO,
        both(measured),
        samples);
  }

  private static Check kl(String name, Estimate measured, double most, List<Sample> samples) {
    return new Check(
        name,
        measured.value() > most ? FAILED : PASSED,
        measured.value(),
        measured.low(),
        measured.high(),
        "at most " + most,
        most,
        NATS,
        "mean of %d answer tokens".formatted(measured.count()),
        samples);
  }

  private Check length() {
    var measured = report.length();
    double ratio = measured.ratio();
    boolean longer = ratio > 1;
    var verdict =
        longer
            ? beyond(ratio > thresholds.maxLength(), measured.low() > 1)
            : beyond(ratio < thresholds.minLength(), measured.high() < 1);
    return new Check(
        "response-length",
        verdict,
        ratio,
        measured.low(),
        measured.high(),
        "%s to %s times the parent's".formatted(thresholds.minLength(), thresholds.maxLength()),
        longer ? thresholds.maxLength() : thresholds.minLength(),
        RATIO,
        "tokens: " + both(measured),
        mostDifferent());
  }

  private List<Sample> mostDifferent() {
    return report.samples().stream()
        .sorted(
            Comparator.comparingInt(s -> -Math.abs(s.candidate().length() - s.parent().length())))
        .limit(Evidence.SAMPLES)
        .toList();
  }

  private Check distinct(int n, Comparison measured) {
    return new Check(
        "distinct-" + n,
        measured.ratio() < thresholds.minDistinct() ? FAILED : PASSED,
        measured.ratio(),
        measured.low(),
        measured.high(),
        "at least %s times the parent's".formatted(thresholds.minDistinct()),
        thresholds.minDistinct(),
        RATIO,
        both(measured),
        evidence.distinct().get(n - 1));
  }

  private static Check rise(String name, Comparison measured, double most, List<Sample> samples) {
    return new Check(
        name,
        beyond(measured.rise() > most, measured.low() > 0),
        measured.rise(),
        measured.low(),
        measured.high(),
        "at most %s above the parent's".formatted(most),
        most,
        SHARE,
        both(measured),
        samples);
  }

  private Check consistency() {
    var measured = report.consistency();
    double most = -thresholds.maxConsistencyFall();
    return new Check(
        "self-consistency",
        beyond(measured.rise() < most, measured.high() < 0),
        measured.rise(),
        measured.low(),
        measured.high(),
        "at most %s below the parent's".formatted(thresholds.maxConsistencyFall()),
        most,
        SHARE,
        both(measured),
        evidence.consistency());
  }

  /** What lies beyond a threshold by chance only, as far as the interval can say, is undecided. */
  private static Verdict beyond(boolean beyond, boolean certain) {
    if (!beyond) {
      return PASSED;
    }
    return certain ? FAILED : UNDECIDED;
  }

  private List<Sample> noted(String note) {
    return report.samples().stream()
        .filter(sample -> sample.note().contains(note))
        .limit(Evidence.SAMPLES)
        .toList();
  }

  private static String both(Comparison measured) {
    return String.format(Locale.ROOT, "%.3f, parent %.3f", measured.candidate(), measured.parent());
  }
}
