package dev.hone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.CancelledException;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandidateEvaluationTest {
  private static final EvaluationSizes SIZES =
      new EvaluationSizes(22, 6, 3, 18, 12, 5, 2, 6, Candidates.MAX_TOKENS);

  @TempDir static Path folder;
  private static Path parent;
  private static Path candidate;
  private static EvaluationReport whole;
  private static Counting wholeWatch;

  /** Ends the evaluation when it wants to begin a part after so many. */
  private static final class Counting extends Candidates.Unwatched {
    final int most;
    final List<String> told = new ArrayList<>();
    int parts;
    int steps;

    Counting(int most) {
      this.most = most;
    }

    @Override
    public void betweenSteps() {
      steps++;
    }

    @Override
    public void betweenParts() {
      if (parts == most) {
        throw new CancelledException("enough");
      }
      parts++;
    }

    @Override
    public void progress(String phase, int step, int of, double rate, double left) {
      told.add("%s %d/%d".formatted(phase, step, of));
    }
  }

  @BeforeAll
  static void uninterrupted() throws IOException {
    parent = Candidates.noise(0.02, 1, folder.resolve("parent"));
    candidate = Candidates.noise(0.03, 2, folder.resolve("candidate"));
    wholeWatch = new Counting(Integer.MAX_VALUE);
    whole = CandidateEvaluation.run(job("whole"), wholeWatch);
  }

  @Test
  void measuresEverything() {
    assertThat(whole.preferences().pairs()).isEqualTo(22);
    assertThat(whole.klToParent().value()).isPositive();
    assertThat(whole.klToBase().value()).isNotEqualTo(whole.klToParent().value());
    assertThat(whole.klToBase().count()).isLessThan(whole.klToParent().count());
    assertThat(whole.textPerplexity().parent()).isGreaterThan(1);
    assertThat(whole.samples()).hasSize(18).allMatch(sample -> !sample.candidate().isEmpty());
    assertThat(whole.distinct()).hasSize(3);
    assertThat(whole.consistency().candidate()).isBetween(0.0, 1.0);
  }

  @Test
  void showsTheTextsThatSpeakMostAgainstTheCandidate() throws IOException {
    var evidence = whole.evidence();
    assertThat(evidence.pairs()).hasSize(3);
    assertThat(evidence.pairs().getFirst().prompt()).isEqualTo("What do you think of books?");
    for (var pairs :
        List.of(
            evidence.accuracy(),
            evidence.chatPerplexity(),
            evidence.klToParent(),
            evidence.klToBase())) {
      assertThat(pairs)
          .hasSize(3)
          .allMatch(sample -> !sample.chosen().isEmpty() && !sample.rejected().isEmpty());
    }
    assertThat(figures(evidence.accuracy())).isSorted();
    assertThat(figures(evidence.klToParent()))
        .isSortedAccordingTo(Comparator.reverseOrder())
        .first()
        .matches(worst -> worst > whole.klToParent().value());
    assertThat(evidence.textPerplexity()).hasSize(3).allMatch(sample -> sample.candidate() == null);
    assertThat(evidence.distinct())
        .hasSize(3)
        .allMatch(samples -> samples.size() == 3 && samples.getFirst().candidate() != null);
    assertThat(figures(evidence.consistency())).isSorted();
    assertThat(evidence.consistency())
        .allMatch(sample -> sample.candidate().lines().count() >= SIZES.samplesPerQuestion());
  }

  /** The first number of each note. */
  private static List<Double> figures(List<Sample> samples) {
    return samples.stream()
        .map(sample -> sample.note().replaceAll("^[^0-9-]*(-?[0-9.]+).*$", "$1"))
        .map(Double::valueOf)
        .toList();
  }

  @Test
  void fullWeightsAreMeasuredAsTheAdapterThatTheyHold() throws IOException {
    var base = new SmallModel(Candidates.BASE);
    Path full = base.merged(candidate, folder.resolve("full"));
    Path fullParent = base.merged(parent, folder.resolve("full-parent"));
    var report =
        CandidateEvaluation.run(
            job(full, Optional.of(fullParent), "merged"), new Counting(Integer.MAX_VALUE));
    // Both were rounded to the base's bf16.
    assertThat(report.klToParent().value())
        .isCloseTo(whole.klToParent().value(), withinPercentage(25));
    assertThat(report.klToBase().value()).isCloseTo(whole.klToBase().value(), withinPercentage(25));
    assertThat(report.textPerplexity().parent())
        .isCloseTo(whole.textPerplexity().parent(), withinPercentage(2));
    assertThat(report.samples()).hasSameSizeAs(whole.samples());
  }

  @Test
  void longTextsAreShownShortened() {
    var sample = Sample.pair("😀".repeat(401), "a".repeat(400), "b".repeat(9999));
    assertThat(sample.prompt()).isEqualTo("😀".repeat(400) + "…");
    assertThat(sample.chosen()).isEqualTo("a".repeat(400));
    assertThat(sample.rejected()).isEqualTo("b".repeat(400) + "…");
  }

  @Test
  void ofBrokenWeightsThePairsThatTheyBreakAreShown() throws IOException {
    Path broken = Candidates.noise(Double.MAX_VALUE, 6, folder.resolve("broken"));
    var report =
        CandidateEvaluation.run(
            job(broken, Optional.of(parent), "of-broken"), new Counting(Integer.MAX_VALUE));
    assertThat(report.finite()).isFalse();
    assertThat(report.preferences().pairs()).isEqualTo(22);
    assertThat(report.preferences().accuracy()).isNull();
    assertThat(report.evidence().pairs()).hasSize(3);
  }

  @Test
  void isLeftAsAFileToo() throws IOException {
    var file = folder.resolve("whole").resolve("evaluation.json").toFile();
    assertThat(new JsonMapper().readValue(file, EvaluationReport.class)).isEqualTo(whole);
  }

  @Test
  void canRestBetweenTheStepsOfItsAnswers() {
    assertThat(wholeWatch.steps).isGreaterThan(wholeWatch.parts);
  }

  @Test
  void tellsHowFarItIs() {
    assertThat(wholeWatch.told)
        .contains("evaluating 4/28", "evaluating 28/28", "generating 1/62", "generating 62/62");
  }

  @Test
  void anInterruptedOneEndsAlikeAndDoesNothingTwice() throws IOException {
    int parts = 0;
    for (int most : new int[] {2, 4, 3, 4}) {
      var watch = new Counting(most);
      assertThatThrownBy(() -> CandidateEvaluation.run(job("interrupted"), watch))
          .isInstanceOf(CancelledException.class);
      parts += watch.parts;
    }
    var rest = new Counting(Integer.MAX_VALUE);
    assertThat(CandidateEvaluation.run(job("interrupted"), rest)).isEqualTo(whole);
    assertThat(parts + rest.parts).isEqualTo(wholeWatch.parts);
  }

  @Test
  void oneKilledWithinALineEndsAlike() throws IOException {
    var job = job("killed");
    Path samples = job.work().resolve(CandidateEvaluation.SAMPLES);
    byte[] all = Files.readAllBytes(folder.resolve("whole").resolve(CandidateEvaluation.SAMPLES));
    Files.write(samples, java.util.Arrays.copyOf(all, 2 * all.length / 3));
    assertThat(CandidateEvaluation.run(job, new Counting(Integer.MAX_VALUE))).isEqualTo(whole);
  }

  @Test
  void aVersionAgainstItselfChangesNothing() throws IOException {
    var itself = job(Optional.of(candidate), "itself");
    var report = CandidateEvaluation.run(itself, new Counting(Integer.MAX_VALUE));
    assertThat(report.preferences().accuracy()).isEqualTo(0.5);
    assertThat(report.klToParent().value()).isCloseTo(0, within(1e-6));
    assertThat(report.length().ratio()).isEqualTo(1);
    assertThat(report.consistency().rise()).isZero();
    assertThat(report.distinct()).allMatch(distinct -> distinct.ratio() == 1);
  }

  private static EvaluationJob job(String work) throws IOException {
    return job(Optional.of(parent), work);
  }

  private static EvaluationJob job(Optional<Path> reference, String work) throws IOException {
    return job(candidate, reference, work);
  }

  private static EvaluationJob job(Path judged, Optional<Path> reference, String work)
      throws IOException {
    return new EvaluationJob(
        Candidates.BASE,
        reference,
        judged,
        Candidates.HELD_OUT,
        Files.createDirectories(folder.resolve(work)),
        0.1,
        3,
        SIZES);
  }
}
