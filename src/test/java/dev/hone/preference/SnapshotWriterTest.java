package dev.hone.preference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.Message;
import dev.hone.preference.Example.Demonstration;
import dev.hone.preference.Example.Pair;
import dev.hone.preference.Example.Unpaired;
import dev.hone.preference.Snapshot.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotWriterTest {
  @TempDir Path folder;

  private record Given(Example example, Origin origin) {}

  private static final Provenance ANYWHERE = new Provenance.Listed(1);

  private static final SnapshotOrder ALL =
      new SnapshotOrder(EnumSet.allOf(PairSource.class), 0, Optional.empty());

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
  void whatAKilledProcessWasWritingIsForgotten(@TempDir Path snapshots) throws Exception {
    Path whole = Files.createDirectory(snapshots.resolve("0123"));
    Files.writeString(Files.createDirectory(snapshots.resolve(".draft-1")).resolve("lines"), "a");
    Snapshots.forgetDrafts(snapshots);
    try (var left = Files.list(snapshots)) {
      assertThat(left).containsExactly(whole);
    }
    Snapshots.forgetDrafts(snapshots.resolve("none"));
  }

  @Test
  void theOrderInWhichPairsComeDoesNotMatter() throws Exception {
    var given = new ArrayList<>(ofEveryKind(200));
    given.addAll(ofOwners(60));
    var order = new SnapshotOrder(ALL.include(), 5, Optional.of(Mixture.of("votes:1,imported:3")));
    var first = take(order, given);
    assertThat(first.dropped()).containsKeys("owner-cap", "mixture");
    var shuffled = new ArrayList<>(given);
    Collections.shuffle(shuffled, new Random(7));

    assertThat(take(order, shuffled)).isEqualTo(first);
    assertThat(names()).containsExactly(first.sha256());
  }

  @Test
  void itsNameIsTheHashOfItsFiles() throws Exception {
    var snapshot = take(ofEveryKind(50));
    var digest = MessageDigest.getInstance("SHA-256");
    digest.update(Files.readAllBytes(file(snapshot, Snapshot.TRAIN)));
    for (String name :
        List.of(
            Snapshot.HELD_OUT,
            Snapshot.TRAIN_UNPAIRED,
            Snapshot.HELD_OUT_UNPAIRED,
            Snapshot.TRAIN_DEMONSTRATIONS,
            Snapshot.HELD_OUT_DEMONSTRATIONS)) {
      digest.update((byte) '\n');
      digest.update(Files.readAllBytes(file(snapshot, name)));
    }

    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(snapshot.sha256());
  }

  @Test
  void countsThePromptsThatAreTrainedOnEachOnce() throws Exception {
    var given = new ArrayList<Given>();
    for (int i = 0; i < 50; i++) {
      given.add(given(pair("prompt " + i, "a", "b")));
      given.add(given(rawPair("prompt " + i, "c", "d")));
    }
    var pairs = take(given);
    assertThat(pairs.train()).isEqualTo(2 * pairs.prompts());
    var every = take(ofEveryKind(50));
    assertThat(every.prompts())
        .isPositive()
        .isEqualTo(every.train())
        .isEqualTo(every.unpaired().train())
        .isEqualTo(every.demonstrations().train());
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
      given.add(
          new Given(pair("question " + i, "a", "b"), new Origin.Votes("ada", i, conversation)));
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
  void noConversationIsOnBothSidesWhateverItsExamplesAre() throws Exception {
    String heldOut = firstQuestions(take(pairs(50)), Snapshot.HELD_OUT).getFirst();
    String trained = firstQuestions(take(pairs(50)), Snapshot.TRAIN).getFirst();
    var origin = new Origin.Votes("ada", 1, Set.of(UUID.randomUUID()));
    var snapshot =
        take(
            List.of(
                new Given(demonstration(heldOut, "a"), origin),
                new Given(judged(trained, "a", true), origin)));

    assertThat(snapshot.demonstrations()).isEqualTo(new Part(0, 1, Map.of()));
    assertThat(snapshot.unpaired()).isEqualTo(new Part(0, 0, Map.of("conversation-held-out", 1)));
  }

  @Test
  void everyKindIsSplitByTheSameQuestions() throws Exception {
    var snapshot = take(ofEveryKind(100));

    assertThat(snapshot.unpaired())
        .isEqualTo(new Part(snapshot.train(), snapshot.heldOut(), Map.of()))
        .isEqualTo(snapshot.demonstrations());
    assertThat(questions(snapshot, Snapshot.TRAIN_UNPAIRED, Unpaired.class))
        .isEqualTo(questions(snapshot, Snapshot.TRAIN_DEMONSTRATIONS, Demonstration.class))
        .isEqualTo(Set.copyOf(firstQuestions(snapshot, Snapshot.TRAIN)));
  }

  @Test
  void dropsJudgementsAndDemonstrationsByTheirOwnRules() throws Exception {
    var snapshot =
        take(
            List.of(
                given(judged("kept", "a", true)),
                given(judged("kept", "a", true)),
                given(judged("kept", "b", false)),
                given(judged("both ways", "a", true)),
                given(judged("both ways", "a", false)),
                given(judged("empty", "\n", true)),
                given(new Unpaired(chat("user", "x"), conversation("a", "b"), true, ANYWHERE)),
                given(demonstration("kept", "a")),
                given(new Demonstration(chat("user", "x"), conversation("a", "b"), ANYWHERE)),
                given(demonstration("kept", "a")),
                given(new Demonstration(chat("user", "x"), conversation(" ", ""), ANYWHERE))));

    var unpaired = snapshot.unpaired();
    assertThat(unpaired.train() + unpaired.heldOut()).isEqualTo(2);
    assertThat(unpaired.dropped())
        .isEqualTo(
            Map.of("duplicate", 1, "contradictory", 2, "empty-answer", 1, "several-turns", 1));
    var demonstrations = snapshot.demonstrations();
    assertThat(demonstrations.train() + demonstrations.heldOut()).isEqualTo(2);
    assertThat(demonstrations.dropped()).isEqualTo(Map.of("duplicate", 1, "empty-answer", 1));
    assertThat(snapshot.dropped()).isEmpty();
    assertThat(snapshot.allDropped())
        .containsEntry("duplicate", 2)
        .containsEntry("empty-answer", 2);
  }

  @Test
  void ofEachOwnerTheNewestAreKept() throws Exception {
    var given = new ArrayList<Given>();
    for (int i = 0; i < 6; i++) {
      given.add(by("ada", i, pair("of ada " + i, "a", "b")));
      given.add(by("ada", i, judged("of ada " + i, "a", true)));
    }
    given.add(by("bob", 9, pair("of bob", "a", "b")));
    // Among the newest of one of the two is enough.
    given.add(by("ada", -1, pair("of both", "a", "b")));
    given.add(by("bob", 1, pair("of both", "a", "b")));
    // Anybody's, since it was imported.
    given.add(by("ada", -2, pair("of a file", "a", "b")));
    given.add(given(pair("of a file", "a", "b")));
    var snapshot = take(new SnapshotOrder(ALL.include(), 2, Optional.empty()), given);

    assertThat(questions(snapshot))
        .containsExactlyInAnyOrder("of ada 5", "of ada 4", "of bob", "of both", "of a file");
    assertThat(snapshot.dropped()).containsEntry("owner-cap", 4);
    assertThat(snapshot.unpaired().dropped()).containsEntry("owner-cap", 4);
  }

  @Test
  void sourcesAreMixedInProportionAndNothingHeldOutIsLeftOut() throws Exception {
    var given = new ArrayList<>(pairs(200));
    given.addAll(ofOwners(20));
    var all = take(given);
    var mixed = take(mixture("votes:1,imported:2"), given);

    assertThat(mixed.heldOut()).isEqualTo(all.heldOut());
    var train = firstQuestions(mixed, Snapshot.TRAIN);
    long votes = train.stream().filter(question -> question.startsWith("of ")).count();
    assertThat(votes)
        .isEqualTo(
            firstQuestions(all, Snapshot.TRAIN).stream()
                .filter(question -> question.startsWith("of "))
                .count());
    assertThat(train).hasSize((int) (3 * votes));
    assertThat(mixed.dropped()).isEqualTo(Map.of("mixture", all.train() - mixed.train()));
    assertThat(mixed.mixture()).isEqualTo("imported:2.0,votes:1.0");
    assertThat(all.mixture()).isNull();
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
  void whatWasWrittenDownOfAnEarlierReleasesSnapshotIsRead() throws Exception {
    var read =
        Format.MAPPER.readValue(
            """
            {"sha256": "ab", "train": 984, "heldOut": 246, "dropped": {"duplicate": 3}}""",
            Snapshot.class);
    assertThat(read)
        .isEqualTo(
            new Snapshot("ab", 984, 246, Map.of("duplicate", 3), Part.NONE, Part.NONE, null, null));
  }

  @Test
  void whatIsNotFinishedLeavesNothing() throws Exception {
    try (var writer = new SnapshotWriter(folder, ALL)) {
      writer.accept(pair("p", "a", "b"), new Origin.Import());
    }
    assertThat(names()).isEmpty();
  }

  private Snapshot take(List<Given> given) throws IOException {
    return take(ALL, given);
  }

  private Snapshot take(SnapshotOrder order, List<Given> given) throws IOException {
    try (var writer = new SnapshotWriter(folder, order)) {
      for (Given one : given) {
        writer.accept(one.example, one.origin);
      }
      return writer.finish();
    }
  }

  private static SnapshotOrder mixture(String text) {
    return new SnapshotOrder(ALL.include(), 0, Optional.of(Mixture.of(text)));
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

  private Set<String> questions(Snapshot snapshot) throws IOException {
    var all = questions(snapshot, Snapshot.TRAIN, Pair.class);
    all.addAll(questions(snapshot, Snapshot.HELD_OUT, Pair.class));
    return all;
  }

  private <E extends Example> Set<String> questions(Snapshot snapshot, String name, Class<E> kind)
      throws IOException {
    var questions = new HashSet<String>();
    Snapshots.forEach(
        file(snapshot, name),
        kind,
        example ->
            questions.add(((Passage.Chat) example.prompt()).messages().getFirst().content()));
    return questions;
  }

  private static int number(String question) {
    return Integer.parseInt(question.replaceAll("\\D", ""));
  }

  private static List<Given> pairs(int count) {
    return IntStream.range(0, count).mapToObj(i -> given(pair("question " + i, "a", "b"))).toList();
  }

  /** Of each of three owners as many, one after the other. */
  private static List<Given> ofOwners(int each) {
    var given = new ArrayList<Given>();
    for (int i = 0; i < each; i++) {
      for (String owner : List.of("ada", "bob", "cy")) {
        given.add(by(owner, i, pair("of %s %d".formatted(owner, i), "a", "b")));
      }
    }
    return given;
  }

  private static List<Given> ofEveryKind(int each) {
    var given = new ArrayList<>(pairs(each));
    for (int i = 0; i < each; i++) {
      given.add(given(judged("question " + i, "a", i % 3 == 0)));
      given.add(given(demonstration("question " + i, "a")));
    }
    return given;
  }

  private static Given given(Example example) {
    return new Given(example, new Origin.Import());
  }

  private static Given by(String owner, long sequence, Example example) {
    return new Given(example, new Origin.Votes(owner, sequence, Set.of()));
  }

  private static Unpaired judged(String prompt, String completion, boolean label) {
    return new Unpaired(chat("user", prompt), chat("assistant", completion), label, ANYWHERE);
  }

  private static Demonstration demonstration(String prompt, String completion) {
    return new Demonstration(chat("user", prompt), chat("assistant", completion), ANYWHERE);
  }

  private static Passage.Chat conversation(String first, String second) {
    return new Passage.Chat(
        List.of(
            new Message("assistant", first),
            new Message("user", "go on"),
            new Message("assistant", second)));
  }

  private static Passage.Chat chat(String role, String text) {
    return new Passage.Chat(List.of(new Message(role, text)));
  }

  private static Pair pair(String prompt, String chosen, String rejected) {
    return new Pair(
        chat("user", prompt), chat("assistant", chosen), chat("assistant", rejected), ANYWHERE);
  }

  private static Pair rawPair(String prompt, String chosen, String rejected) {
    return new Pair(
        new Passage.Text(prompt), new Passage.Text(chosen), new Passage.Text(rejected), ANYWHERE);
  }

  private static Pair severalTurns() {
    return new Pair(
        chat("user", "several"), conversation("a", "b"), chat("assistant", "c"), ANYWHERE);
  }
}
