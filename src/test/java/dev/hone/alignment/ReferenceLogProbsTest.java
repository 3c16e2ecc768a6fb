package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceLogProbsTest {
  private static final List<String> SUBJECT = List.of("r1-0", "hash", "f32", "384");

  @TempDir Path folder;

  private final TokenPair first = pair(1);
  private final TokenPair second = pair(2);

  private static TokenPair pair(int id) {
    return TokenPair.of(new int[] {id}, new int[] {3}, new int[] {4});
  }

  @Test
  void whatWasAddedIsThereAgainToTheBit() {
    var numbers = new double[] {-123.45678901234567, -1e-17 / 3};
    new ReferenceLogProbs(folder, SUBJECT).add(Map.of(first, numbers));
    var again = new ReferenceLogProbs(folder, SUBJECT);
    assertThat(again.of(first).orElseThrow()).containsExactly(numbers);
    assertThat(again.of(second)).isEmpty();
  }

  @Test
  void aPairsFirstNumbersStay() {
    var cache = new ReferenceLogProbs(folder, SUBJECT);
    cache.add(Map.of(first, new double[] {-1, -2}));
    cache.add(Map.of(first, new double[] {-3, -4}));
    assertThat(cache.of(first).orElseThrow()).containsExactly(-1, -2);
    assertThat(new ReferenceLogProbs(folder, SUBJECT).of(first).orElseThrow())
        .containsExactly(-1, -2);
  }

  @Test
  void anythingElseThatTheNumbersDependOnIsAnotherFile() {
    new ReferenceLogProbs(folder, SUBJECT).add(Map.of(first, new double[] {-1, -2}));
    assertThat(new ReferenceLogProbs(folder, List.of("r1-0", "hash", "bf16", "384")).of(first))
        .isEmpty();
  }

  @Test
  void aLineThatACrashCutIsDropped() throws IOException {
    assertDropped("{\"key\":\"ab\",\"sco");
  }

  /** As a disk is left by a power failure. */
  @Test
  void damagedLinesAreDropped() throws IOException {
    assertDropped("\0\0\0\n{\"key\":\"ab\",\"scores\":[-1\n\0\0");
  }

  @Test
  void aLineWithAnotherDigitIsDropped() throws IOException {
    new ReferenceLogProbs(folder, SUBJECT).add(Map.of(first, new double[] {-1, -2.5}));
    Path file = file();
    Files.writeString(file, Files.readString(file).replace("-2.5", "-7.5"));
    assertThat(new ReferenceLogProbs(folder, SUBJECT).of(first)).isEmpty();
    assertThat(Files.readString(file)).isEmpty();
  }

  private Path file() throws IOException {
    try (var files = Files.list(folder)) {
      return files.findFirst().orElseThrow();
    }
  }

  private void assertDropped(String damage) throws IOException {
    new ReferenceLogProbs(folder, SUBJECT).add(Map.of(first, new double[] {-1, -2}));
    Path file = file();
    String whole = Files.readString(file);
    Files.writeString(file, damage, StandardOpenOption.APPEND);
    new ReferenceLogProbs(folder, SUBJECT);
    assertThat(Files.readString(file)).isEqualTo(whole);
    var again = new ReferenceLogProbs(folder, SUBJECT);
    again.add(Map.of(second, new double[] {-5, -6}));
    var third = new ReferenceLogProbs(folder, SUBJECT);
    assertThat(third.of(first).orElseThrow()).containsExactly(-1, -2);
    assertThat(third.of(second).orElseThrow()).containsExactly(-5, -6);
  }
}
