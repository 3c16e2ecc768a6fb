package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.alignment.FromPairs;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TokenPair;
import dev.hone.model.ChatFormat;
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
    assertThat(data.judgements(FromPairs.AUTO)).isEqualTo(data.judged());
    assertThat(data.judgements(FromPairs.NEVER)).isEqualTo(data.judged());
    // The same good answer is in the thumbs and in both pairs.
    assertThat(data.judgements(FromPairs.ALWAYS).examples())
        .hasSize(4)
        .extracting(TokenAnswer::good)
        .containsExactly(true, false, false, false);
    assertThat(data.judgements(FromPairs.ALWAYS).untrainable())
        .isEqualTo(Map.of("duplicate", 2, "empty-answer", 1));
  }

  @Test
  void whatWasShownIsEnoughUnlessTold() throws IOException {
    var data = all();

    assertThat(data.shown().examples()).hasSize(1);
    assertThat(data.demonstrations(FromPairs.AUTO)).isEqualTo(data.shown());
    assertThat(data.demonstrations(FromPairs.ALWAYS).examples())
        .extracting(answer -> FORMAT.tokenizer().decode(answer.answer()))
        .containsExactly("Good day.", "Hello.");
  }

  @Test
  void theSnapshotOfAnEarlierReleaseHasPairsAlone() throws IOException {
    write(Snapshot.TRAIN, PAIRS);
    var data = TrainingData.read(snapshot, FORMAT, 64);

    assertThat(data.pairs().examples()).hasSize(2);
    assertThat(data.judged().examples()).isEmpty();
    assertThat(data.judgements(FromPairs.AUTO).examples()).hasSize(3);
    assertThat(data.demonstrations(FromPairs.AUTO).examples()).hasSize(1);
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
    var data = TrainingData.read(snapshot, FORMAT, 64);

    assertThat(data.pairs().untrainable()).isEqualTo(Map.of("duplicate", 1, "empty-answer", 1));
    assertThat(data.pairs().cut()).isEmpty();
    assertThat(data.judged().untrainable()).isEqualTo(Map.of("empty-answer", 1));
    assertThat(data.shown().untrainable()).isEmpty();
    assertThat(data.shown().cut()).isEqualTo(Map.of("answers-cut", 1));
    assertThat(data.demonstrations(FromPairs.ALWAYS).cut()).isEqualTo(Map.of("answers-cut", 1));
  }

  @Test
  void aStageCountsWhatItLearnsFromAlone() throws IOException {
    var data = all();
    assertThat(Methods.kto(Map.of(), data, data).from()).isSameAs(data.judged());
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
    var data = TrainingData.read(snapshot, FORMAT, 64);
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
    var first = TrainingData.read(snapshot, FORMAT, 64).pairs().examples().getFirst();
    assertThat(data.pairs().examples()).extracting(TokenPair::key).containsExactly(first.key());
    assertThat(data.judged().examples()).isEmpty();
    assertThat(data.shown().examples()).hasSize(1);
    assertThat(TrainingData.heldOut(snapshot, FORMAT, 64, 128).pairs().examples()).hasSize(2);
    assertThat(TrainingData.heldOut(snapshot, FORMAT, 64, 0).pairs().examples()).isEmpty();
  }

  private TrainingData all() throws IOException {
    write(Snapshot.TRAIN, PAIRS);
    write(Snapshot.TRAIN_UNPAIRED, UNPAIRED);
    write(Snapshot.TRAIN_DEMONSTRATIONS, DEMONSTRATIONS);
    return TrainingData.read(snapshot, FORMAT, 64);
  }

  private void write(String name, String lines) throws IOException {
    Files.write(snapshot.resolve(name), List.of(lines.strip()));
  }
}
