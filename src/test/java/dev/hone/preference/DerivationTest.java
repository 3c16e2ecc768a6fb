package dev.hone.preference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.feedback.FeedbackEntry;
import dev.hone.feedback.Vote;
import dev.hone.feedback.Vote.Choice;
import dev.hone.feedback.Vote.Value;
import dev.hone.feedback.VotedAnswer;
import dev.hone.model.Message;
import dev.hone.preference.Example.Demonstration;
import dev.hone.preference.Example.Pair;
import dev.hone.preference.Example.Unpaired;
import dev.hone.preference.Provenance.Rule;
import dev.hone.preference.Provenance.Voted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DerivationTest {
  private final Map<String, VotedAnswer> answers = new LinkedHashMap<>();
  private final List<FeedbackEntry> entries = new ArrayList<>();

  @Test
  void aPickIsAPair() {
    answers("p", "a", "b");
    var pickA = vote("ada", new Vote.Comparison(List.of("a", "b"), Choice.A));
    var pickB = vote("bob", new Vote.Comparison(List.of("a", "b"), Choice.B));

    assertThat(derive())
        .containsExactly(
            pair("p", "a", "b", Rule.COMPARISON, pickA),
            pair("p", "b", "a", Rule.COMPARISON, pickB));
  }

  @Test
  void aTieSaysNothing() {
    answers("p", "a", "b");
    vote("ada", new Vote.Comparison(List.of("a", "b"), Choice.TIE));

    assertThat(derive()).isEmpty();
  }

  @Test
  void bothBadJudgesEachAlone() {
    answers("p", "a", "b");
    var vote = vote("ada", new Vote.Comparison(List.of("a", "b"), Choice.BOTH_BAD));

    assertThat(derive())
        .containsExactly(
            unpaired("p", "a", false, Rule.BOTH_BAD, vote),
            unpaired("p", "b", false, Rule.BOTH_BAD, vote));
  }

  @Test
  void aRankingOrdersEveryTwo() {
    answers("p", "a", "b", "c");
    var vote = vote("ada", new Vote.Ranking(List.of("c", "a", "b")));

    assertThat(derive())
        .containsExactly(
            pair("p", "c", "a", Rule.RANKING, vote),
            pair("p", "c", "b", Rule.RANKING, vote),
            pair("p", "a", "b", Rule.RANKING, vote));
  }

  @Test
  void anEditBeatsTheOriginalAndShowsHow() {
    answers("p", "a");
    var vote = vote("ada", new Vote.Edit("a", "better"));

    var provenance = new Voted(Rule.EDIT, List.of(vote), List.of("a"));
    assertThat(derive())
        .containsExactly(
            new Pair(prompt("p"), answer("better"), answer("text of a"), provenance),
            new Demonstration(prompt("p"), answer("better"), provenance));
  }

  @Test
  void upBeatsDownOfTheSameOwnerOnTheSamePrompt() {
    answers("p", "a", "b", "c");
    answers("q", "d");
    var upA = rate("ada", "a", Value.UP);
    var downB = rate("ada", "b", Value.DOWN);
    rate("bob", "c", Value.DOWN);
    rate("ada", "d", Value.DOWN);

    assertThat(derive().stream().filter(Pair.class::isInstance))
        .containsExactly(
            new Pair(
                prompt("p"),
                answer("text of a"),
                answer("text of b"),
                new Voted(Rule.UP_OVER_DOWN, List.of(upA, downB), List.of("a", "b"))));
  }

  @Test
  void aThumbIsALabel() {
    answers("p", "a", "b");
    var up = rate("ada", "a", Value.UP);
    var down = rate("bob", "b", Value.DOWN);

    assertThat(derive())
        .containsExactly(
            unpaired("p", "a", true, Rule.RATING, up),
            unpaired("p", "b", false, Rule.RATING, down));
  }

  @Test
  void aLaterThumbReplacesTheEarlierOfTheSameOwner() {
    answers("p", "a");
    rate("ada", "a", Value.UP);
    var bobs = rate("bob", "a", Value.UP);
    var later = rate("ada", "a", Value.DOWN);

    assertThat(derive())
        .containsExactly(
            unpaired("p", "a", true, Rule.RATING, bobs),
            unpaired("p", "a", false, Rule.RATING, later));
  }

  @Test
  void withdrawnVotesVanishAndBringNothingBack() {
    answers("p", "a", "b");
    rate("ada", "a", Value.UP);
    var later = rate("ada", "a", Value.DOWN);
    var pick = vote("ada", new Vote.Comparison(List.of("a", "b"), Choice.A));
    vote("ada", new Vote.Withdrawal(later));
    vote("ada", new Vote.Withdrawal(pick));

    assertThat(derive()).isEmpty();
  }

  @Test
  void answersWithTheSameTextNeverPair() {
    answers.put("a", new VotedAnswer("a", "p", messages("p"), "same", null));
    answers.put("b", new VotedAnswer("b", "p", messages("p"), "same", null));
    vote("ada", new Vote.Comparison(List.of("a", "b"), Choice.A));
    vote("ada", new Vote.Ranking(List.of("a", "b")));
    rate("ada", "a", Value.UP);
    rate("ada", "b", Value.DOWN);

    assertThat(derive()).noneMatch(Pair.class::isInstance).hasSize(2);
  }

  @Test
  void answersToDifferentPromptsNeverPair() {
    answers("p", "a");
    answers("q", "b");
    vote("ada", new Vote.Comparison(List.of("a", "b"), Choice.A));
    vote("ada", new Vote.Ranking(List.of("a", "b")));

    assertThat(derive()).isEmpty();
  }

  @Test
  void theOrderOfTheInputDoesNotMatter() {
    var random = new Random(7);
    for (int p = 0; p < 5; p++) {
      answers("p" + p, "a" + p, "b" + p, "c" + p);
    }
    for (int i = 0; i < 200; i++) {
      int p = random.nextInt(5);
      var owner = random.nextBoolean() ? "ada" : "bob";
      var turns = new ArrayList<>(List.of("a" + p, "b" + p, "c" + p));
      Collections.shuffle(turns, random);
      switch (random.nextInt(5)) {
        case 0 -> rate(owner, turns.getFirst(), random.nextBoolean() ? Value.UP : Value.DOWN);
        case 1 -> vote(owner, new Vote.Comparison(turns.subList(0, 2), Choice.A));
        case 2 -> vote(owner, new Vote.Ranking(turns));
        case 3 -> vote(owner, new Vote.Edit(turns.getFirst(), "better " + i));
        default -> {
          if (!entries.isEmpty()) {
            vote(owner, new Vote.Withdrawal(entries.get(random.nextInt(entries.size())).id()));
          }
        }
      }
    }
    var expected = derive();
    assertThat(expected).hasSizeGreaterThan(100);
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(entries, random);
      assertThat(derive()).isEqualTo(expected);
    }
  }

  @Test
  void promptByPromptIsTheSameAsAllAtOnce() {
    answers("p", "a", "b");
    answers("q", "c", "d");
    rate("ada", "c", Value.UP);
    rate("ada", "a", Value.UP);
    rate("ada", "d", Value.DOWN);
    vote("ada", new Vote.Comparison(List.of("a", "b"), Choice.B));

    var byPrompt = new ArrayList<Example>();
    for (String hash : List.of("p", "q")) {
      byPrompt.addAll(
          Derivation.derive(
              entries.stream()
                  .filter(e -> answers.get(e.vote().turns().getFirst()).promptHash().equals(hash))
                  .toList(),
              answers));
    }
    assertThat(derive()).isEqualTo(byPrompt);
  }

  private List<Example> derive() {
    return Derivation.derive(entries, answers);
  }

  private void answers(String promptHash, String... turns) {
    for (String turn : turns) {
      answers.put(
          turn, new VotedAnswer(turn, promptHash, messages(promptHash), "text of " + turn, null));
    }
  }

  private UUID rate(String owner, String turn, Value value) {
    return vote(owner, new Vote.Rating(turn, value, null, null));
  }

  private UUID vote(String owner, Vote vote) {
    int sequence = entries.size() + 1;
    var id = new UUID(0, sequence);
    entries.add(new FeedbackEntry(id, sequence, owner, vote, Instant.EPOCH));
    return id;
  }

  private static Pair pair(String prompt, String chosen, String rejected, Rule rule, UUID vote) {
    return new Pair(
        prompt(prompt),
        answer("text of " + chosen),
        answer("text of " + rejected),
        new Voted(rule, List.of(vote), List.of(chosen, rejected)));
  }

  private static Unpaired unpaired(
      String prompt, String turn, boolean label, Rule rule, UUID vote) {
    return new Unpaired(
        prompt(prompt),
        answer("text of " + turn),
        label,
        new Voted(rule, List.of(vote), List.of(turn)));
  }

  private static Passage prompt(String promptHash) {
    return new Passage.Chat(messages(promptHash));
  }

  private static Passage answer(String text) {
    return new Passage.Chat(List.of(new Message("assistant", text)));
  }

  private static List<Message> messages(String promptHash) {
    return List.of(new Message("user", "question of " + promptHash));
  }
}
