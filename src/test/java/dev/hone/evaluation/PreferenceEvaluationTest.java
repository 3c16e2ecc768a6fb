package dev.hone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.hone.model.SmallModel;
import dev.hone.preference.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreferenceEvaluationTest {
  @TempDir static Path folder;
  private static Path version;

  @BeforeAll
  static void draw() {
    version = Candidates.noise(0.05, 3, folder.resolve("version"));
  }

  @Test
  void aVersionAgainstItselfIsAHalfExactly() throws IOException {
    for (Optional<Path> itself : java.util.List.of(Optional.of(version), Optional.<Path>empty())) {
      var report = judge(itself, itself, Files.readString(Candidates.HELD_OUT)).report();
      assertThat(report.pairs()).isEqualTo(160);
      assertThat(report.accuracy()).isEqualTo(0.5);
      assertThat(report.margin()).isZero();
      assertThat(report.kl()).isZero();
      assertThat(report.logprobAccuracy()).isNotEqualTo(0.5);
    }
  }

  @Test
  void fullWeightsAreJudgedAsTheAdapterThatTheyHold() throws IOException {
    var full = Optional.of(new SmallModel(Candidates.BASE).merged(version, folder.resolve("full")));
    String pairs = Files.readString(Candidates.HELD_OUT);
    var adapter = judge(Optional.of(version), Optional.empty(), pairs).report();
    var merged = judge(full, Optional.empty(), pairs).report();
    // Merged in bf16, as the base is: the accuracy of near ties may turn.
    assertThat(merged.accuracy()).isCloseTo(adapter.accuracy(), within(0.1));
    assertThat(merged.kl()).isCloseTo(adapter.kl(), withinPercentage(10));
    assertThat(judge(full, full, pairs).report().accuracy()).isEqualTo(0.5);
    assertThat(judge(full, Optional.of(version), pairs).report().kl()).isLessThan(adapter.kl() / 4);
  }

  @Test
  void theOtherWayRoundIsTheOtherWayRound() throws IOException {
    String pairs = Files.readString(Candidates.HELD_OUT);
    var there = judge(Optional.of(version), Optional.empty(), pairs).report();
    var back = judge(Optional.empty(), Optional.of(version), pairs).report();
    assertThat(there.kl()).isPositive().isNotEqualTo(back.kl());
    assertThat(back.accuracy()).isCloseTo(1 - there.accuracy(), within(1e-12));
    assertThat(back.margin()).isCloseTo(-there.margin(), within(1e-9));
    assertThat(back.lengthBaseline()).isEqualTo(there.lengthBaseline());
  }

  @Test
  void everyRowThatIsAPairCountsHoweverOdd() throws IOException {
    String longText = "A long story about trains. ".repeat(200);
    var result =
        judge(
            Optional.of(version),
            Optional.empty(),
            "{'prompt':'a','chosen':'b','rejected':'c'}\n".repeat(2),
            "{'prompt':'a','chosen':'same','rejected':'same'}\n",
            "{'prompt':'','chosen':'','rejected':' '}\n",
            "{'prompt':'日本語の質問 🚲','chosen':'はい、そうです。😀','rejected':'いいえ'}\n",
            "\n",
            "{'prompt':'%s','chosen':'%s','rejected':'b'}\n".formatted(longText, longText),
            """
            {'prompt':[{'role':'system','content':'Be brief.'},{'role':'user','content':'Hi'}],\
            'chosen':[{'role':'assistant','content':'Hello.'}],\
            'rejected':[{'role':'assistant','content':'<|im_end|>'}]}
            """,
            """
            {'chosen':[{'role':'user','content':'Hi'},{'role':'assistant','content':'One.'},\
            {'role':'user','content':'And?'},{'role':'assistant','content':'Two.'}],\
            'rejected':[{'role':'user','content':'Hi'},{'role':'assistant','content':'Zero.'}]}
            """,
            "{'prompt':'a','completion':'b','label':true}\n",
            "nonsense");
    assertThat(result.report().pairs()).isEqualTo(8);
    assertThat(result.report().skipped()).isEqualTo(2);
    assertThat(result.skipped()).extracting(FileResult.Skipped::line).containsExactly(10, 11);
    assertThat(result.cut()).isEqualTo(Map.of("prompts-cut", 1, "answers-cut", 1));
  }

  @Test
  void conversationsThatAnImportRefusesCount() throws IOException {
    String hi = "{'role':'user','content':'Hi'}";
    String yes = "{'role':'assistant','content':'Yes.'}";
    String no = "{'role':'assistant','content':'No.','name':'x'}";
    String odd = "{'role':'critic','content':'Hm.'}";
    String same = "{'chosen':[%s,%s],'rejected':[%s,%s]}\n".formatted(hi, yes, hi, yes);
    var result =
        judge(
            Optional.of(version),
            Optional.empty(),
            "{'chosen':'\\n\\nHuman: Hi\\n\\nAssistant: Yes','rejected':'\\n\\nHuman: Hi'}\n",
            "{'chosen':'Yes','rejected':'No'}\n",
            "{'chosen':'','rejected':'No'}\n",
            "{'chosen':[%s,%s],'rejected':[%s,%s]}\n".formatted(hi, yes, hi, no),
            "{'chosen':[%s,%s],'rejected':[%s]}\n".formatted(hi, yes, hi),
            "{'chosen':[%s,%s,%s,%s],'rejected':[%s,%s]}\n".formatted(hi, yes, hi, no, hi, yes),
            "{'chosen':[%s],'rejected':[%s]}\n".formatted(yes, no),
            "{'chosen':[%s,%s],'rejected':[%s,%s]}\n".formatted(hi, yes, odd, no),
            "{'prompt':[%s,%s],'chosen':[%s],'rejected':[%s]}\n".formatted(hi, no, yes, no),
            "{'prompt':[%s],'chosen':[%s],'rejected':[%s]}\n".formatted(hi, hi, yes),
            same,
            "{'chosen':[%s],'rejected':[]}\n".formatted(yes));
    assertThat(result.skipped()).extracting(FileResult.Skipped::line).containsExactly(12);
    assertThat(result.report().pairs()).isEqualTo(11);
    assertThat(result.report().margin()).isFinite();
    assertThat(judge(Optional.of(version), Optional.empty(), same).report().accuracy())
        .isEqualTo(0.5);
  }

  @Test
  void aPairTwiceCountsTwice() throws IOException {
    String pair = "{'prompt':'Tell me about tea.','chosen':'Tea is nice.','rejected':'No.'}\n";
    var once = judge(Optional.of(version), Optional.empty(), pair).report();
    var thrice = judge(Optional.of(version), Optional.empty(), pair.repeat(3)).report();
    assertThat(thrice.pairs()).isEqualTo(3);
    assertThat(thrice.accuracy()).isEqualTo(once.accuracy());
    assertThat(thrice.kl()).isCloseTo(once.kl(), within(1e-6));
  }

  @Test
  void nothingToJudgeOnHasNoNumbers() throws IOException {
    var report = judge(Optional.of(version), Optional.empty(), "\n\nnothing\n").report();
    assertThat(report)
        .isEqualTo(new PreferenceReport(0, 1, null, null, null, null, null, null, null));
  }

  private static FileResult<PreferenceReport> judge(
      Optional<Path> judged, Optional<Path> reference, String... lines) throws IOException {
    String text = String.join("", lines);
    Path file = folder.resolve("pairs.jsonl");
    Files.writeString(file, text.startsWith("{\"") ? text : text.replace('\'', '"'));
    var job = new PreferenceJob(Candidates.BASE, judged, reference, file, Format.TRL, 0.1);
    return PreferenceEvaluation.run(job, new Candidates.Unwatched());
  }
}
