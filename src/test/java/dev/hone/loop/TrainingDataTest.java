package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.alignment.FromPairs;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TokenExample;
import dev.hone.alignment.TokenPair;
import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import dev.hone.model.SmallModel;
import dev.hone.preference.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingDataTest {
  private static final ChatFormat FORMAT = ChatFormat.load(SmallModel.resource("golden/chat"));
  private static final String PAIRS =
      """
      {"prompt":"Hi","chosen":"Hello.","rejected":"What?"}
      {"prompt":"Hi","chosen":"Hello.","rejected":"No."}
      {"prompt":"Bye","chosen":"See you.","rejected":" "}
      """;
  private static final String UNPAIRED =
      """
      {"prompt":"Hi","completion":"Hello.","label":true}
      {"prompt":"Hi","completion":"Hm.","label":false}
      """;
  private static final String DEMONSTRATIONS =
      """
      {"prompt":"Hi","completion":"Good day."}
      """;

  @TempDir Path snapshot;

  @Test
  void whatWasJudgedAloneIsEnoughUnlessTold() throws IOException {
    var data = all();

    assertThat(data.judged().examples()).hasSize(2);
    assertThat(keys(data.judgements(FromPairs.AUTO))).isEqualTo(keys(data.judged()));
    assertThat(keys(data.judgements(FromPairs.NEVER))).isEqualTo(keys(data.judged()));
    // The same good answer is in the thumbs and in both pairs.
    assertThat(data.judgements(FromPairs.ALWAYS).examples())
        .extracting(TokenAnswer::good)
        .containsExactly(true, false, false, false, true);
    assertThat(data.judgements(FromPairs.ALWAYS).untrainable())
        .isEqualTo(Map.of("duplicate", 2, "empty-answer", 1));
  }

  @Test
  void whatWasShownIsEnoughUnlessTold() throws IOException {
    var data = all();

    assertThat(data.shown().examples()).hasSize(1);
    assertThat(keys(data.demonstrations(FromPairs.AUTO))).isEqualTo(keys(data.shown()));
    assertThat(data.demonstrations(FromPairs.ALWAYS).examples())
        .extracting(answer -> FORMAT.tokenizer().decode(answer.answer()))
        .containsExactly("Good day.", "Hello.", "See you.");
  }

  @Test
  void theSnapshotOfAnEarlierReleaseHasPairsAlone() throws IOException {
    write(Snapshot.TRAIN, PAIRS);
    var data = TrainingData.of(snapshot, FORMAT, 64);

    assertThat(data.pairs().examples()).hasSize(2);
    assertThat(data.judged().examples()).isEmpty();
    // The answer that says nothing is left out, and not the other one of its pair.
    assertThat(data.judgements(FromPairs.AUTO).examples()).hasSize(4);
    assertThat(data.judgements(FromPairs.AUTO).untrainable()).containsEntry("empty-answer", 1);
    assertThat(data.demonstrations(FromPairs.AUTO).examples()).hasSize(2);
    assertThat(data.judgements(FromPairs.NEVER).examples()).isEmpty();
    assertThat(data.demonstrations(FromPairs.NEVER).examples()).isEmpty();
  }

  @Test
  void whatIsLeftOutAndWhatIsCutIsCountedByKind() throws IOException {
    write(Snapshot.TRAIN, PAIRS + PAIRS.lines().findFirst().orElseThrow());
    write(
        Snapshot.TRAIN_UNPAIRED,
        UNPAIRED + "{\"prompt\":\"Hi\",\"completion\":\"\",\"label\":true}\n");
    write(
        Snapshot.TRAIN_DEMONSTRATIONS,
        "{\"prompt\":\"Hi\",\"completion\":\"%s\"}\n".formatted("hills and ".repeat(40)));
    var data = TrainingData.of(snapshot, FORMAT, 64);

    assertThat(data.pairs().untrainable()).isEqualTo(Map.of("duplicate", 1, "empty-answer", 1));
    assertThat(data.pairs().cut()).isEmpty();
    assertThat(data.judged().untrainable()).isEqualTo(Map.of("empty-answer", 1));
    assertThat(data.shown().untrainable()).isEmpty();
    assertThat(data.shown().cut()).isEqualTo(Map.of("answers-cut", 1));
    assertThat(data.demonstrations(FromPairs.ALWAYS).cut()).isEqualTo(Map.of("answers-cut", 1));
  }

  @Test
  void whatPairsFindBothGoodAndBadIsLeftOut() throws IOException {
    write(
        Snapshot.TRAIN,
        """
        {"prompt":"Hi","chosen":"Best.","rejected":"Middle."}
        {"prompt":"Hi","chosen":"Best.","rejected":"Worst."}
        {"prompt":"Hi","chosen":"Middle.","rejected":"Worst."}
        """);
    var judged = TrainingData.of(snapshot, FORMAT, 64).judgements(FromPairs.AUTO);
    assertThat(judged.examples())
        .extracting(answer -> FORMAT.tokenizer().decode(answer.answer()))
        .containsExactly("Best.", "Worst.");
    assertThat(judged.untrainable()).containsEntry("contradictory", 2);
  }

  @Test
  void thumbsThatPartBehindTheCutAreLeftOut() throws IOException {
    String common = "hills and ".repeat(40);
    write(
        Snapshot.TRAIN_UNPAIRED,
        """
        {"prompt":"Hi","completion":"%sup","label":true}
        {"prompt":"Hi","completion":"%sdown","label":false}
        {"prompt":"Hi","completion":"Yes.","label":true}
        """
            .formatted(common, common));
    var judged = TrainingData.of(snapshot, FORMAT, 64).judgements(FromPairs.NEVER);
    assertThat(judged.examples())
        .extracting(answer -> FORMAT.tokenizer().decode(answer.answer()))
        .containsExactly("Yes.");
    assertThat(judged.untrainable()).containsEntry("contradictory", 2);
  }

  /** What a pair has to leave out for its longer answer is there for its shorter one. */
  @Test
  void ofAPairEachAnswerIsCutAlone() throws IOException {
    String asked = "why";
    while (FORMAT.prompt(List.of(new Message("user", asked))).length < 45) {
      asked += " why";
    }
    write(
        Snapshot.TRAIN,
        "{\"prompt\":\"%s\",\"chosen\":\"Yes.\",\"rejected\":\"%s\"}\n"
            .formatted(asked, "hills and ".repeat(40)));
    var data = TrainingData.of(snapshot, FORMAT, 64);

    assertThat(data.pairs().cut()).isEqualTo(Map.of("prompts-cut", 1, "answers-cut", 1));
    var shown = data.demonstrations(FromPairs.AUTO);
    assertThat(shown.cut()).isEmpty();
    assertThat(shown.examples())
        .extracting(TokenAnswer::prompt)
        .containsExactly(FORMAT.prompt(List.of(new Message("user", asked))));
    assertThat(data.judgements(FromPairs.AUTO).examples().getFirst().prompt())
        .isEqualTo(shown.examples().getFirst().prompt());
  }

  @Test
  void aStageCountsWhatItLearnsFromAlone() throws IOException {
    var data = all();
    assertThat(keys(Methods.kto(Map.of(), data, data).from())).isEqualTo(keys(data.judged()));
    var chosen = data.shown().examples();
    assertThat(data.showing(chosen).demonstrations(FromPairs.AUTO))
        .isEqualTo(new Tokenised<>(chosen, Map.of(), Map.of()));
  }

  @Test
  void ktoIsBalancedByWhatItLearnsFrom() throws IOException {
    write(Snapshot.TRAIN, "");
    write(
        Snapshot.TRAIN_UNPAIRED,
        Stream.of("a", "b", "c", "d")
            .map("{\"prompt\":\"Hi\",\"completion\":\"%s\",\"label\":true}\n"::formatted)
            .reduce("{\"prompt\":\"Hi\",\"completion\":\"e\",\"label\":false}\n", String::concat));
    var data = TrainingData.of(snapshot, FORMAT, 64);
    var learning = Methods.kto(Map.of(), data, data).learning();

    assertThat(learning.examples()).hasSize(5);
    assertThat(learning.algorithm().options().toMap())
        .containsEntry("desirableWeight", "1.0")
        .containsEntry("undesirableWeight", "3.0");
  }

  @Test
  void theFirstOfWhatIsHeldOutThatCanBeLearntFrom() throws IOException {
    write(Snapshot.TRAIN, PAIRS);
    write(Snapshot.HELD_OUT, "{\"prompt\":\"A\",\"chosen\":\"\",\"rejected\":\"B\"}\n" + PAIRS);
    write(Snapshot.HELD_OUT_DEMONSTRATIONS, DEMONSTRATIONS);

    var data = TrainingData.heldOut(snapshot, FORMAT, 64, 1);
    var first = TrainingData.of(snapshot, FORMAT, 64).pairs().examples().getFirst();
    assertThat(data.pairs().examples()).extracting(TokenPair::key).containsExactly(first.key());
    assertThat(data.judged().examples()).isEmpty();
    assertThat(data.shown().examples()).hasSize(1);
    assertThat(TrainingData.heldOut(snapshot, FORMAT, 64, 128).pairs().examples()).hasSize(2);
    assertThat(TrainingData.heldOut(snapshot, FORMAT, 64, 0).pairs().examples()).isEmpty();
  }

  private static List<String> keys(Tokenised<?> data) {
    return data.examples().stream().map(TokenExample::key).toList();
  }

  private TrainingData all() throws IOException {
    write(Snapshot.TRAIN, PAIRS);
    write(Snapshot.TRAIN_UNPAIRED, UNPAIRED);
    write(Snapshot.TRAIN_DEMONSTRATIONS, DEMONSTRATIONS);
    return TrainingData.of(snapshot, FORMAT, 64);
  }

  private void write(String name, String lines) throws IOException {
    Files.write(snapshot.resolve(name), List.of(lines.strip()));
  }
}
