package dev.hone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.Truncation;
import dev.hone.model.ChatFormat;
import dev.hone.preference.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardEvaluationTest {
  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void draw() {
    model = Candidates.reward(0.3, 3, folder.resolve("model"));
  }

  @Test
  void theReportIsWhatTheRewardsOfEachPairSay() throws IOException {
    var format = ChatFormat.load(Candidates.BASE);
    var read = HeldOut.read(Candidates.HELD_OUT, format, 4096, 1000);
    assertThat(read.cut()).isEmpty();
    assertThat(HeldOut.read(Candidates.HELD_OUT, format, 16, 1000).cut())
        .containsKeys(Truncation.PROMPTS, Truncation.ANSWERS);
    var pairs = read.pairs();
    double[] margins;
    try (var scorer = RewardScorer.open(Candidates.BASE, model)) {
      margins = pairs.stream().mapToDouble(pair -> margin(scorer, pair)).toArray();
    }
    var report = judge(Files.readString(Candidates.HELD_OUT)).report();
    assertThat(report.pairs()).isEqualTo(pairs.size()).isEqualTo(160);
    assertThat(report.skipped()).isZero();
    double right = Arrays.stream(margins).filter(margin -> margin > 0).count();
    assertThat(report.accuracy()).isEqualTo(right / 160).isNotEqualTo(0.5);
    assertThat(new Interval(report.low(), report.high())).isEqualTo(Interval.wilson(right, 160));
    assertThat(report.margin())
        .isCloseTo(Arrays.stream(margins).average().orElseThrow(), within(1e-5));
    double longer =
        pairs.stream()
                .mapToDouble(
                    pair -> PreferenceTally.right(pair.chosen().length, pair.rejected().length))
                .sum()
            / 160;
    assertThat(report.longer().value()).isCloseTo(longer, within(1e-12));
    assertThat(report.shorter().value()).isCloseTo(1 - longer, within(1e-12));
    assertThat(report.lengthBaseline()).isCloseTo(Math.max(longer, 1 - longer), within(1e-12));
    assertThat(report.difference().value())
        .isCloseTo(report.accuracy() - report.lengthBaseline(), within(1e-12));
    assertThat(report.calibration().logLoss())
        .isCloseTo(Calibration.of(margins).logLoss(), within(1e-5));
  }

  private static double margin(RewardScorer scorer, TokenPair pair) {
    double[] rewards = scorer.score(List.of(pair.branches()));
    return rewards[0] - rewards[1];
  }

  @Test
  void theOtherWayRoundIsTheOtherWayRound() throws IOException {
    String pairs = Files.readString(Candidates.HELD_OUT);
    var there = judge(pairs).report();
    var back =
        judge(
                pairs
                    .replace("\"chosen\"", "\"other\"")
                    .replace("\"rejected\"", "\"chosen\"")
                    .replace("\"other\"", "\"rejected\""))
            .report();
    assertThat(back.accuracy()).isCloseTo(1 - there.accuracy(), within(1e-12));
    assertThat(back.margin()).isCloseTo(-there.margin(), within(1e-5));
    assertThat(back.lengthBaseline()).isEqualTo(there.lengthBaseline());
  }

  @Test
  void everyRowThatIsAPairCountsHoweverOdd() throws IOException {
    String longText = "A long story about trains. ".repeat(200);
    var result =
        judge(
            "{'prompt':'a','chosen':'b','rejected':'c'}\n".repeat(2),
            "{'prompt':'','chosen':'','rejected':' '}\n",
            "{'prompt':'日本語の質問 🚲','chosen':'はい、そうです。😀','rejected':'いいえ'}\n",
            "\n",
            "{'prompt':'%s','chosen':'%s','rejected':'b'}\n".formatted(longText, longText),
            "{'prompt':'a','completion':'b','label':true}\n",
            """
            {'chosen':[{'role':'user','content':'Hi'},{'role':'assistant','content':'One.'},\
            {'role':'user','content':'And?'},{'role':'assistant','content':'Two.'}],\
            'rejected':[{'role':'user','content':'Hi'},{'role':'assistant','content':'Zero.'}]}
            """,
            "nonsense");
    assertThat(result.report().pairs()).isEqualTo(6);
    assertThat(result.report().skipped()).isEqualTo(2);
    assertThat(result.skipped()).extracting(FileResult.Skipped::line).containsExactly(7, 9);
    assertThat(result.report().margin()).isFinite();
  }

  @Test
  void equalAnswersAreATieExactlyWhateverStandsBesideThem() throws IOException {
    var report =
        judge(
                "{'prompt':'a','chosen':'the same','rejected':'the same'}\n",
                "{'prompt':'Tell me about tea.','chosen':'Tea.','rejected':'Tea.'}\n")
            .report();
    assertThat(report.accuracy()).isEqualTo(0.5);
    assertThat(report.margin()).isZero();
    assertThat(report.lengthBaseline()).isEqualTo(0.5);
    assertThat(report.calibration().error()).isZero();
  }

  @Test
  void nothingToJudgeOnHasNoNumbers() throws IOException {
    assertThat(judge("\n\nnothing\n").report())
        .isEqualTo(
            new RewardReport(0, null, null, null, null, 1, null, null, null, null, null, null));
    assertThat(judge("").report().pairs()).isZero();
  }

  private static FileResult<RewardReport> judge(String... lines) throws IOException {
    String text = String.join("", lines);
    Path file = folder.resolve("pairs.jsonl");
    Files.writeString(file, text.startsWith("{\"") ? text : text.replace('\'', '"'));
    return RewardEvaluation.run(
        new RewardJob(Candidates.BASE, model, file, Format.TRL), new Candidates.Unwatched());
  }
}
