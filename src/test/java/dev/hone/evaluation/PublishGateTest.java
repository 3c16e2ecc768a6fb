package dev.hone.evaluation;

import static dev.hone.evaluation.GateReport.Decision.NEEDS_HUMAN;
import static dev.hone.evaluation.GateReport.Decision.PASSED;
import static dev.hone.evaluation.GateReport.Decision.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.evaluation.Check.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishGateTest {
  private static final GateThresholds THRESHOLDS = Configs.thresholds();
  private static final Comparison SAME = new Comparison(0.2, 0.2, -0.1, 0.1);

  private static final Evidence EVIDENCE =
      new Evidence(
          shown("pairs"),
          shown("accuracy"),
          shown("chats"),
          shown("texts"),
          shown("kl"),
          shown("base"),
          List.of(shown("one"), shown("two"), shown("three")),
          shown("consistency"));

  /** An honest candidate; each test spoils one thing. */
  private PreferenceReport preferences = preferences(400, 0.6);

  private Comparison chats = new Comparison(20, 21, 1.04, 1.06);
  private Comparison texts = new Comparison(14, 14.2, 1.01, 1.02);
  private Estimate kl = new Estimate(0.05, 0.04, 0.06, 9000);
  private Estimate klToBase = kl;
  private Comparison length = new Comparison(80, 74, 0.8, 1.1);
  private Comparison distinct = new Comparison(0.5, 0.49, 0.9, 1.06);
  private Comparison refusals = SAME;
  private Comparison loops = SAME;
  private Comparison cut = SAME;
  private Comparison leaked = new Comparison(0, 0, 0.0, 0.0);
  private Comparison consistency = SAME;

  @Test
  void anHonestCandidatePasses() {
    var report = judge();
    assertThat(report.decision()).isEqualTo(PASSED);
    assertThat(report.checks())
        .extracting(Check::name)
        .containsExactly(
            "held-out-pairs",
            "preference-accuracy",
            "chat-perplexity",
            "text-perplexity",
            "kl",
            "kl-to-base",
            "response-length",
            "distinct-1",
            "distinct-2",
            "distinct-3",
            "refusals",
            "loops",
            "cut-sentences",
            "leaked-tokens",
            "self-consistency");
    assertThat(report.checks()).allMatch(check -> check.verdict() == Verdict.PASSED);
  }

  @Test
  void whoseIntervalReachesAHalfIsRefused() {
    preferences = preferences(400, 0.54);
    assertThat(judge().decision()).isEqualTo(REFUSED);
    assertThat(failed()).containsExactly("preference-accuracy");
  }

  @Test
  void fewPairsLeaveItToAPersonWhateverElseWasFound() {
    preferences = preferences(99, 0.9);
    assertThat(judge().decision()).isEqualTo(NEEDS_HUMAN);
    preferences = preferences(99, 0.2);
    assertThat(judge().decision()).isEqualTo(NEEDS_HUMAN);
    kl = new Estimate(3, 2, 4, 9000);
    assertThat(judge().decision()).isEqualTo(NEEDS_HUMAN);
    assertThat(failed()).containsExactly("kl");
  }

  @Test
  void noPairsAtAllLeaveItToAPerson() {
    preferences = new PreferenceReport(0, 2, null, null, null, null, null, null, null);
    chats = null;
    kl = null;
    klToBase = null;
    assertThat(judge().decision()).isEqualTo(NEEDS_HUMAN);
  }

  @Test
  void collapseIsSeenInWhateverFormItComes() {
    chats = new Comparison(20, 40, 1.8, 2.2);
    texts = new Comparison(14, 28, 1.8, 2.2);
    kl = new Estimate(0.9, 0.8, 1, 9000);
    klToBase = new Estimate(2.5, 2.4, 2.6, 9000);
    length = new Comparison(80, 20, 0.2, 0.3);
    distinct = new Comparison(0.5, 0.3, 0.5, 0.7);
    refusals = new Comparison(0, 0.5, 0.3, 0.7);
    loops = new Comparison(0, 0.5, 0.3, 0.7);
    cut = new Comparison(0.3, 0.8, 0.3, 0.7);
    leaked = new Comparison(0, 0.2, 0.1, 0.3);
    consistency = new Comparison(0.6, 0.1, -0.6, -0.4);
    assertThat(failed())
        .containsExactly(
            "chat-perplexity",
            "text-perplexity",
            "kl",
            "kl-to-base",
            "response-length",
            "distinct-1",
            "distinct-2",
            "distinct-3",
            "refusals",
            "loops",
            "cut-sentences",
            "leaked-tokens",
            "self-consistency");
  }

  @Test
  void longerAnswersExplodeToo() {
    length = new Comparison(40, 120, 2.5, 3.5);
    assertThat(failed()).containsExactly("response-length");
  }

  @Test
  void whatMayBeChanceIsLeftToAPerson() {
    leaked = new Comparison(0, 0.0625, 0.0, 0.16);
    assertThat(judge().decision()).isEqualTo(NEEDS_HUMAN);
  }

  @Test
  void numbersThatAreNoneAreRefused() {
    var broken = EvaluationReport.broken(1, 400, 0, Evidence.NONE);
    var report = PublishGate.judge(broken, THRESHOLDS);
    assertThat(report.decision()).isEqualTo(REFUSED);
    assertThat(report.checks()).extracting(Check::name).containsExactly("finite");
  }

  @Test
  void aCheckShowsTheAnswersThatSpeakForIt() {
    loops = new Comparison(0, 0.5, 0.3, 0.7);
    assertThat(judge().checks())
        .filteredOn(check -> check.name().equals("loops"))
        .flatExtracting(Check::samples)
        .containsExactly(Sample.answers("Why?", "So.", "So so so", "repeats itself, is cut"));
  }

  @Test
  void everyNumberIsShownByTexts() {
    assertThat(judge().checks())
        .filteredOn(check -> !Set.of("refusals", "leaked-tokens").contains(check.name()))
        .allMatch(check -> !check.samples().isEmpty());
    assertThat(judge().checks())
        .flatExtracting(Check::samples)
        .extracting(Sample::note)
        .contains(
            "pairs",
            "accuracy",
            "chats",
            "texts",
            "kl",
            "base",
            "one",
            "two",
            "three",
            "consistency");
  }

  @Test
  void everyNumberHasItsIntervalAndACountIsExact() {
    assertThat(judge().checks()).allMatch(check -> check.low() != null && check.high() != null);
    var pairs = judge().checks().getFirst();
    assertThat(List.of(pairs.low(), pairs.high())).containsOnly(pairs.value());
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void aNumberThatIsNoneFailsEveryCheck(double none) {
    var broken = new Comparison(none, none, none, none);
    preferences = new PreferenceReport(400, 0, none, none, none, none, none, 0.56, none);
    chats = broken;
    texts = broken;
    kl = new Estimate(none, none, none, 9000);
    klToBase = kl;
    length = broken;
    distinct = broken;
    refusals = broken;
    loops = broken;
    cut = broken;
    leaked = broken;
    consistency = broken;
    assertThat(failed()).hasSize(14);
    assertThat(judge().checks()).filteredOn(check -> check.value() != null).hasSize(1);
  }

  @Test
  void anIntervalThatIsNoneFailsToo() {
    texts = new Comparison(14, 28, Double.NaN, Double.NaN);
    assertThat(failed()).containsExactly("text-perplexity");
  }

  @Test
  void aReportOfAnEarlierReleaseIsJudgedAlike() {
    assertThat(report(null).evidence()).isEqualTo(Evidence.NONE);
    assertThat(PublishGate.judge(report(null), THRESHOLDS).decision()).isEqualTo(PASSED);
  }

  private static List<Sample> shown(String note) {
    return List.of(Sample.passage("Once.", note));
  }

  private List<String> failed() {
    return judge().checks().stream()
        .filter(check -> check.verdict() == Verdict.FAILED)
        .map(Check::name)
        .toList();
  }

  private GateReport judge() {
    return PublishGate.judge(report(EVIDENCE), THRESHOLDS);
  }

  private EvaluationReport report(Evidence evidence) {
    return new EvaluationReport(
        1,
        true,
        preferences,
        Map.of(),
        0.52,
        chats,
        texts,
        kl,
        klToBase,
        length,
        List.of(distinct, distinct, distinct),
        refusals,
        loops,
        cut,
        leaked,
        consistency,
        List.of(
            Sample.answers("Why?", "So.", "So so so", "repeats itself, is cut"),
            Sample.answers("Who?", "Me.", "You.", "")),
        evidence);
  }

  private static PreferenceReport preferences(int pairs, double accuracy) {
    var interval = Interval.wilson(accuracy * pairs, pairs);
    return new PreferenceReport(
        pairs, 0, accuracy, interval.low(), interval.high(), 0.2, 0.53, 0.56, 0.05);
  }
}
