package dev.hone.preference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.Message;
import dev.hone.preference.Example.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotWriterTest {
  @TempDir Path folder;

  private record Given(Pair pair, Set<UUID> conversations) {}

  @Test
  void aFifthIsHeldOutAndNothingIsLost() throws Exception {
    var snapshot = take(pairs(1_000));

    assertThat(snapshot.train() + snapshot.heldOut()).isEqualTo(1_000);
    assertThat(snapshot.heldOut()).isBetween(160, 240);
    assertThat(snapshot.dropped()).isEmpty();
    assertThat(lines(snapshot, Snapshot.TRAIN)).hasSize(snapshot.train());
    assertThat(lines(snapshot, Snapshot.HELD_OUT)).hasSize(snapshot.heldOut());
  }

  @Test
  void theOrderInWhichPairsComeDoesNotMatter() throws Exception {
    var given = pairs(200);
    var first = take(given);
    var shuffled = new ArrayList<>(given);
    Collections.shuffle(shuffled, new Random(7));

    assertThat(take(shuffled)).isEqualTo(first);
    assertThat(names()).containsExactly(first.sha256());
  }

  @Test
  void itsNameIsTheHashOfItsFiles() throws Exception {
    var snapshot = take(pairs(50));
    var digest = MessageDigest.getInstance("SHA-256");
    digest.update(Files.readAllBytes(file(snapshot, Snapshot.TRAIN)));
    digest.update((byte) '\n');
    digest.update(Files.readAllBytes(file(snapshot, Snapshot.HELD_OUT)));

    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(snapshot.sha256());
  }

  @Test
  void dropsWhatCannotBeLearntFromAndSaysWhy() throws Exception {
    var snapshot =
        take(
            List.of(
                given(pair("kept", "a", "b")),
                given(pair("kept", "a", "b")),
                given(rawPair("kept", "a", "b")),
                given(pair("empty", " ", "b")),
                given(pair("empty", "a", "")),
                given(pair("same", "a", " a\n")),
                given(pair("both ways", "a", "b")),
                given(pair("both ways", "b", "a")),
                given(severalTurns())));

    assertThat(snapshot.dropped())
        .isEqualTo(
            Map.of(
                "duplicate",
                2,
                "empty-answer",
                2,
                "same-answer",
                1,
                "contradictory",
                2,
                "several-turns",
                1));
    assertThat(snapshot.train() + snapshot.heldOut()).isEqualTo(1);
  }

  @Test
  void whatDiffersInCaseAndSpaceIsTheSameFirstQuestion() throws Exception {
    var given = new ArrayList<Given>();
    for (int i = 0; i < 100; i++) {
      given.add(given(pair("How are you, %d?".formatted(i), "a", "b")));
      given.add(given(pair("  how  ARE\nyou, %d?".formatted(i), "c", "d")));
    }
    var snapshot = take(given);

    var train = firstQuestions(snapshot, Snapshot.TRAIN);
    var heldOut = firstQuestions(snapshot, Snapshot.HELD_OUT);
    assertThat(train).hasSizeGreaterThan(50).doesNotContainAnyElementsOf(heldOut);
    assertThat(heldOut).hasSizeGreaterThan(5);
    assertThat(snapshot.train() % 2).isZero();
  }

  @Test
  void noConversationIsOnBothSides() throws Exception {
    var given = new ArrayList<Given>();
    for (int i = 0; i < 200; i++) {
      var conversation = Set.of(UUID.nameUUIDFromBytes(new byte[] {(byte) (i / 4)}));
      given.add(new Given(pair("question " + i, "a", "b"), conversation));
    }
    var snapshot = take(given);

    var heldOut = firstQuestions(snapshot, Snapshot.HELD_OUT);
    var conversationsHeldOut = new HashSet<Integer>();
    heldOut.forEach(question -> conversationsHeldOut.add(number(question) / 4));
    assertThat(firstQuestions(snapshot, Snapshot.TRAIN))
        .isNotEmpty()
        .noneMatch(question -> conversationsHeldOut.contains(number(question) / 4));
    assertThat(snapshot.dropped())
        .containsEntry("conversation-held-out", 200 - snapshot.train() - snapshot.heldOut());
  }

  @Test
  void aPairNeverChangesItsSide() throws Exception {
    var before = firstQuestions(take(pairs(100)), Snapshot.HELD_OUT);
    var after = firstQuestions(take(pairs(300)), Snapshot.HELD_OUT);

    assertThat(after).containsAll(before);
  }

  @Test
  void readsBackWhatItWrote() throws Exception {
    var snapshot = take(List.of(given(rawPair("é\n", "😀", "\u0000"))));
    var read = new ArrayList<Pair>();
    Snapshots.forEach(file(snapshot, Snapshot.TRAIN), read::add);
    Snapshots.forEach(file(snapshot, Snapshot.HELD_OUT), read::add);

    assertThat(read)
        .singleElement()
        .satisfies(
            pair -> {
              assertThat(pair.prompt()).isEqualTo(chat("user", "é\n"));
              assertThat(pair.chosen()).isEqualTo(chat("assistant", "😀"));
              assertThat(pair.rejected()).isEqualTo(chat("assistant", "\u0000"));
            });
  }

  @Test
  void whatIsNotFinishedLeavesNothing() throws Exception {
    try (var writer = new SnapshotWriter(folder)) {
      writer.accept(pair("p", "a", "b"), Set.of());
    }
    assertThat(names()).isEmpty();
  }

  private Snapshot take(List<Given> given) throws IOException {
    try (var writer = new SnapshotWriter(folder)) {
      for (Given one : given) {
        writer.accept(one.pair, one.conversations);
      }
      return writer.finish();
    }
  }

  private List<String> names() throws IOException {
    try (var inside = Files.list(folder)) {
      return inside.map(path -> path.getFileName().toString()).toList();
    }
  }

  private Path file(Snapshot snapshot, String name) {
    return folder.resolve(snapshot.sha256()).resolve(name);
  }

  private List<String> lines(Snapshot snapshot, String name) throws IOException {
    return Files.readAllLines(file(snapshot, name));
  }

  private List<String> firstQuestions(Snapshot snapshot, String name) throws IOException {
    var questions = new ArrayList<String>();
    Snapshots.forEach(
        file(snapshot, name),
        pair ->
            questions.add(
                ((Passage.Chat) pair.prompt())
                    .messages()
                    .getFirst()
                    .content()
                    .strip()
                    .replaceAll("\\s+", " ")
                    .toLowerCase(java.util.Locale.ROOT)));
    return questions;
  }

  private static int number(String question) {
    return Integer.parseInt(question.replaceAll("\\D", ""));
  }

  private static List<Given> pairs(int count) {
    return IntStream.range(0, count).mapToObj(i -> given(pair("question " + i, "a", "b"))).toList();
  }

  private static Given given(Pair pair) {
    return new Given(pair, Set.of());
  }

  private static Passage.Chat chat(String role, String text) {
    return new Passage.Chat(List.of(new Message(role, text)));
  }

  private static Pair pair(String prompt, String chosen, String rejected) {
    return new Pair(
        chat("user", prompt),
        chat("assistant", chosen),
        chat("assistant", rejected),
        new Provenance.Listed(1));
  }

  private static Pair rawPair(String prompt, String chosen, String rejected) {
    return new Pair(
        new Passage.Text(prompt),
        new Passage.Text(chosen),
        new Passage.Text(rejected),
        new Provenance.Listed(1));
  }

  private static Pair severalTurns() {
    return new Pair(
        chat("user", "several"),
        new Passage.Chat(
            List.of(
                new Message("assistant", "a"),
                new Message("user", "go on"),
                new Message("assistant", "b"))),
        chat("assistant", "c"),
        new Provenance.Listed(1));
  }
}
