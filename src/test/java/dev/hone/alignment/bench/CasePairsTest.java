package dev.hone.alignment.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.RealModel;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.bench.CasePairs.Source;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CasePairsTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("pairs.jsonl"), text);
  }

  @Test
  void idsAreTakenAsTheyAre() throws IOException {
    var lines =
        """
        {"prompt":[1,2,3],"chosen":[4],"rejected":[5,6]}

        {"prompt":[7],"chosen":[8],"rejected":[9]}
        """;
    assertThat(CasePairs.read(file(lines), Source.IDS, SmallModel.PLAIN.folder(), 16))
        .extracting(TokenPair::key)
        .containsExactly(
            TokenPair.of(new int[] {1, 2, 3}, new int[] {4}, new int[] {5, 6}).key(),
            TokenPair.of(new int[] {7}, new int[] {8}, new int[] {9}).key());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"prompt\":[1],\"chosen\":[2],\"rejected\":[100000]}",
        "{\"prompt\":[1],\"chosen\":[-2],\"rejected\":[3]}",
        "{\"prompt\":[1],\"chosen\":[2]}",
        "{\"prompt\":\"text\",\"chosen\":[2],\"rejected\":[3]}"
      })
  void whatIsNoPairOfIdsIsRefused(String line) throws IOException {
    Path file = file(line);
    assertThatThrownBy(() -> CasePairs.read(file, Source.IDS, SmallModel.PLAIN.folder(), 16))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void linesThatNothingCanBeLearntFromAreLeftOut() throws IOException {
    var lines =
        """
        {"prompt":"Hello?","chosen":"Hello.","rejected":"No."}
        {"prompt":"Hello?","chosen":"","rejected":"No."}
        no line
        """;
    var pairs = CasePairs.read(file(lines), Source.TRL, RealModel.folder(), 64);
    assertThat(pairs).hasSize(1);
    assertThat(pairs.getFirst().longest()).isBetween(10, 64);
  }

  @Test
  void drawnPairsAreAsLongAsThoseOfPeople() {
    var pairs = CasePairs.drawn(SmallModel.PLAIN.folder(), 2000, 384, new SplittableRandom(3));
    assertThat(pairs).allMatch(pair -> pair.longest() <= 384);
    assertThat(median(pairs.stream().map(TokenPair::prompt).toList())).isBetween(110, 124);
    assertThat(median(pairs.stream().map(TokenPair::chosen).toList())).isBetween(28, 33);
    assertThat(median(pairs.stream().map(TokenPair::rejected).toList())).isBetween(28, 33);
  }

  private static int median(List<int[]> ids) {
    return ids.stream()
        .map(it -> it.length)
        .sorted()
        .skip(ids.size() / 2)
        .findFirst()
        .orElseThrow();
  }
}
