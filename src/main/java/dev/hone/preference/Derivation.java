package dev.hone.preference;

import dev.hone.feedback.FeedbackEntry;
import dev.hone.feedback.Standing;
import dev.hone.feedback.Vote;
import dev.hone.feedback.VotedAnswer;
import dev.hone.preference.Example.Demonstration;
import dev.hone.preference.Example.Pair;
import dev.hone.preference.Example.Unpaired;
import dev.hone.preference.Provenance.Rule;
import dev.hone.preference.Provenance.Voted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What can be learnt from votes (docs/algorithms/preferences.md). Answers to different prompts
 * never pair, and neither do answers with the same text: a choice between them says nothing.
 */
public final class Derivation {
  private record Rated(UUID feedback, Vote.Value value, VotedAnswer answer) {}

  private final Map<String, VotedAnswer> answers;
  private final List<Example> examples = new ArrayList<>();

  private Derivation(Map<String, VotedAnswer> answers) {
    this.answers = answers;
  }

  /**
   * @param entries votes and withdrawals in any order
   * @param answers by turn id, at least those that the entries name
   * @return ordered by the prompts' hashes, then by when the votes were taken; of one prompt, pairs
   *     of up over down come last
   */
  public static List<Example> derive(
      Collection<FeedbackEntry> entries, Map<String, VotedAnswer> answers) {
    var derivation = new Derivation(answers);
    var byPrompt = Comparator.comparing(derivation::promptHash);
    var standing = Standing.of(entries).stream().sorted(byPrompt).toList();
    // Sorting is stable: within a prompt the order of the votes is kept.
    Map<String, List<FeedbackEntry>> prompts = new LinkedHashMap<>();
    for (FeedbackEntry entry : standing) {
      prompts.computeIfAbsent(derivation.promptHash(entry), _ -> new ArrayList<>()).add(entry);
    }
    prompts.values().forEach(derivation::derivePrompt);
    return List.copyOf(derivation.examples);
  }

  private String promptHash(FeedbackEntry entry) {
    return answers.get(entry.vote().turns().getFirst()).promptHash();
  }

  private void derivePrompt(List<FeedbackEntry> entries) {
    Map<String, List<Rated>> ratedByOwner = new LinkedHashMap<>();
    for (FeedbackEntry entry : entries) {
      var named = entry.vote().turns().stream().map(answers::get).toList();
      switch (entry.vote()) {
        case Vote.Comparison(_, var choice) -> compare(entry.id(), choice, named);
        case Vote.Ranking _ -> rank(entry.id(), named);
        case Vote.Edit(_, var text) -> edit(entry.id(), text, named.getFirst());
        case Vote.Rating(_, var value, _, _) -> {
          var rated = new Rated(entry.id(), value, named.getFirst());
          judge(Rule.RATING, rated.feedback, rated.answer, value == Vote.Value.UP);
          ratedByOwner.computeIfAbsent(entry.owner(), _ -> new ArrayList<>()).add(rated);
        }
        case Vote.Withdrawal _ -> {}
      }
    }
    ratedByOwner.values().forEach(this::upOverDown);
  }

  private void compare(UUID feedback, Vote.Choice choice, List<VotedAnswer> named) {
    var a = named.getFirst();
    var b = named.getLast();
    switch (choice) {
      case A -> prefer(Rule.COMPARISON, List.of(feedback), a, b);
      case B -> prefer(Rule.COMPARISON, List.of(feedback), b, a);
      case TIE -> {}
      case BOTH_BAD -> {
        judge(Rule.BOTH_BAD, feedback, a, false);
        judge(Rule.BOTH_BAD, feedback, b, false);
      }
    }
  }

  private void rank(UUID feedback, List<VotedAnswer> bestFirst) {
    for (int better = 0; better < bestFirst.size(); better++) {
      for (int worse = better + 1; worse < bestFirst.size(); worse++) {
        prefer(Rule.RANKING, List.of(feedback), bestFirst.get(better), bestFirst.get(worse));
      }
    }
  }

  private void edit(UUID feedback, String text, VotedAnswer original) {
    var prompt = new Passage.Chat(original.prompt());
    var edited = Passage.Chat.answer(text);
    var provenance = new Voted(Rule.EDIT, List.of(feedback), List.of(original.turn()));
    examples.add(new Pair(prompt, edited, Passage.Chat.answer(original.text()), provenance));
    examples.add(new Demonstration(prompt, edited, provenance));
  }

  private void upOverDown(List<Rated> ofOneOwner) {
    for (Rated up : ofOneOwner) {
      for (Rated down : ofOneOwner) {
        if (up.value == Vote.Value.UP && down.value == Vote.Value.DOWN) {
          prefer(Rule.UP_OVER_DOWN, List.of(up.feedback, down.feedback), up.answer, down.answer);
        }
      }
    }
  }

  private void prefer(Rule rule, List<UUID> feedback, VotedAnswer chosen, VotedAnswer rejected) {
    if (chosen.text().equals(rejected.text())
        || !chosen.promptHash().equals(rejected.promptHash())) {
      return;
    }
    examples.add(
        new Pair(
            new Passage.Chat(chosen.prompt()),
            Passage.Chat.answer(chosen.text()),
            Passage.Chat.answer(rejected.text()),
            new Voted(rule, feedback, List.of(chosen.turn(), rejected.turn()))));
  }

  private void judge(Rule rule, UUID feedback, VotedAnswer answer, boolean label) {
    examples.add(
        new Unpaired(
            new Passage.Chat(answer.prompt()),
            Passage.Chat.answer(answer.text()),
            label,
            new Voted(rule, List.of(feedback), List.of(answer.turn()))));
  }
}
