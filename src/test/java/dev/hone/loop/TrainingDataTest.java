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

    assertThat(data.judged()).hasSize(2).isEqualTo(data.judgements(FromPairs.AUTO));
    assertThat(data.judgements(FromPairs.NEVER)).isEqualTo(data.judged());
    // The same good answer is in the thumbs and in both pairs.
    assertThat(data.judgements(FromPairs.ALWAYS))
        .hasSize(4)
        .extracting(TokenAnswer::good)
        .containsExactly(true, false, false, false);
  }

  @Test
  void whatWasShownIsEnoughUnlessTold() throws IOException {
    var data = all();

    assertThat(data.demonstrations(FromPairs.AUTO)).hasSize(1).isEqualTo(data.shown());
    assertThat(data.demonstrations(FromPairs.ALWAYS))
        .extracting(answer -> FORMAT.tokenizer().decode(answer.answer()))
        .containsExactly("Good day.", "Hello.");
  }

  @Test
  void theSnapshotOfAnEarlierReleaseHasPairsAlone() throws IOException {
    write(Snapshot.TRAIN, PAIRS);
    var data = TrainingData.read(snapshot, FORMAT, 64);

    assertThat(data.pairs()).hasSize(2);
    assertThat(data.judged()).isEmpty();
    assertThat(data.judgements(FromPairs.AUTO)).hasSize(3);
    assertThat(data.demonstrations(FromPairs.AUTO)).hasSize(1);
    assertThat(data.judgements(FromPairs.NEVER)).isEmpty();
    assertThat(data.demonstrations(FromPairs.NEVER)).isEmpty();
  }

  @Test
  void whatIsLeftOutAndWhatIsCutIsCounted() throws IOException {
    write(Snapshot.TRAIN, PAIRS);
    write(
        Snapshot.TRAIN_UNPAIRED,
        UNPAIRED + "{\"prompt\":\"Hi\",\"completion\":\"\",\"label\":true}\n");
    write(
        Snapshot.TRAIN_DEMONSTRATIONS,
        "{\"prompt\":\"Hi\",\"completion\":\"%s\"}\n".formatted("hills and ".repeat(40)));
    var data = TrainingData.read(snapshot, FORMAT, 64);

    assertThat(data.untrainable()).isEqualTo(Map.of("empty-answer", 2));
    assertThat(data.cut()).isEqualTo(Map.of("answers-cut", 1));
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
    var learning = Methods.kto(Map.of(), data, data);

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
    assertThat(data.pairs())
        .extracting(TokenPair::key)
        .containsExactly(TrainingData.read(snapshot, FORMAT, 64).pairs().getFirst().key());
    assertThat(data.judged()).isEmpty();
    assertThat(data.shown()).hasSize(1);
    assertThat(TrainingData.heldOut(snapshot, FORMAT, 64, 128).pairs()).hasSize(2);
    assertThat(TrainingData.heldOut(snapshot, FORMAT, 64, 0).pairs()).isEmpty();
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
