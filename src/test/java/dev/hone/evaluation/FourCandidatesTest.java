package dev.hone.evaluation;

import static dev.hone.evaluation.GateReport.Decision.PASSED;
import static dev.hone.evaluation.GateReport.Decision.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.evaluation.Check.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four candidates at the gate: trained in earnest on a tiny chat model and preferences that it can
 * learn (src/test/python/tiny_chat.py), measured and judged as a round's are, by the thresholds
 * that are set when nobody sets any.
 */
class FourCandidatesTest {
  private static final double LEARNING_RATE = 1e-3;
  private static final EvaluationSizes SIZES =
      new EvaluationSizes(160, 8, 12, 32, 64, 12, 4, 24, Candidates.MAX_TOKENS);

  @TempDir Path work;

  @Test
  void anHonestOnePasses() {
    var report = judge(Candidates.trained(LEARNING_RATE, false, work));
    assertThat(report.checks()).allMatch(check -> check.verdict() == Verdict.PASSED);
    assertThat(report.decision()).isEqualTo(PASSED);
  }

  @Test
  void flippedLabelsAreRefusedForWhatTheyPreferAlone() {
    var report = judge(Candidates.trained(LEARNING_RATE, true, work));
    assertThat(report.decision()).isEqualTo(REFUSED);
    assertThat(failed(report)).containsExactly("preference-accuracy");
  }

  @Test
  void aLearningRateAHundredTimesTooHighIsRefusedForItsCollapse() {
    var report = judge(Candidates.trained(100 * LEARNING_RATE, false, work));
    assertThat(report.decision()).isEqualTo(REFUSED);
    assertThat(failed(report)).contains("chat-perplexity", "text-perplexity", "kl");
  }

  @Test
  void noiseIsRefusedForItsCollapse() {
    var report = judge(Candidates.noise(0.2, 6, work.resolve("candidate")));
    assertThat(report.decision()).isEqualTo(REFUSED);
    assertThat(failed(report)).contains("chat-perplexity", "text-perplexity", "kl");
  }

  @Test
  void weightsThatAreNoNumbersAreRefused() {
    var report = judge(Candidates.noise(Double.MAX_VALUE, 6, work.resolve("candidate")));
    assertThat(report.decision()).isEqualTo(REFUSED);
    assertThat(failed(report)).containsExactly("finite");
  }

  private GateReport judge(Path candidate) {
    var job =
        new EvaluationJob(
            Candidates.BASE, Optional.empty(), candidate, Candidates.HELD_OUT, work, 0.1, 1, SIZES);
    var report = CandidateEvaluation.run(job, new Candidates.Unwatched());
    return PublishGate.judge(report, Configs.thresholds());
  }

  private static List<String> failed(GateReport report) {
    return report.checks().stream()
        .filter(check -> check.verdict() == Verdict.FAILED)
        .map(Check::name)
        .toList();
  }
}
