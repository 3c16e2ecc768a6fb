package dev.hone.loop;

import dev.hone.alignment.TurnTokens;
import dev.hone.alignment.UntrainableException;
import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import dev.hone.preference.Example;
import dev.hone.preference.Snapshot;
import dev.hone.preference.Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a policy is asked, each once.
 *
 * @param conversations that an answer follows
 * @param tokens of each, up to where the answer begins
 * @param leftOut number of those that cannot be asked, by reason
 */
record Prompts(
    List<List<Message>> conversations, List<int[]> tokens, Map<String, Integer> leftOut) {
  /**
   * Those of everything that a snapshot has to train on. One that is too long is left out: a prompt
   * that is cut asks something else.
   *
   * @param most tokens
   */
  static Prompts of(Path snapshot, ChatFormat format, int most) throws IOException {
    Set<List<Message>> asked = new LinkedHashSet<>();
    read(snapshot.resolve(Snapshot.TRAIN), Example.Pair.class, asked);
    read(snapshot.resolve(Snapshot.TRAIN_UNPAIRED), Example.Unpaired.class, asked);
    read(snapshot.resolve(Snapshot.TRAIN_DEMONSTRATIONS), Example.Demonstration.class, asked);
    return of(asked, format, most);
  }

  /** Those of the pairs that a snapshot keeps from training. */
  static Prompts heldOut(Path snapshot, ChatFormat format, int most) throws IOException {
    Set<List<Message>> asked = new LinkedHashSet<>();
    read(snapshot.resolve(Snapshot.HELD_OUT), Example.Pair.class, asked);
    return of(asked, format, most);
  }

  /** Prompts that say something. */
  private static <E extends Example> void read(Path file, Class<E> kind, Set<List<Message>> asked)
      throws IOException {
    // A snapshot of an earlier release has pairs alone.
    if (Files.exists(file)) {
      Snapshots.forEach(
          file, kind, example -> asked.add(example.prompt().asChat("user").messages()));
      asked.remove(List.of());
    }
  }

  static Prompts of(Iterable<List<Message>> asked, ChatFormat format, int most) {
    var turns = new TurnTokens(format);
    var conversations = new ArrayList<List<Message>>();
    var tokens = new ArrayList<int[]>();
    Map<String, Integer> leftOut = new TreeMap<>();
    for (List<Message> conversation : asked) {
      try {
        int[] prompt = turns.wholePrompt(conversation, most);
        conversations.add(conversation);
        tokens.add(prompt);
      } catch (UntrainableException e) {
        leftOut.merge(e.reason(), 1, Integer::sum);
      }
    }
    return new Prompts(conversations, tokens, leftOut);
  }

  /** Tokens of the longest; at least one is there. */
  int longest() {
    return tokens.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
  }

  /** The same, with what else was left out. */
  Prompts without(Map<String, Integer> others) {
    Map<String, Integer> all = new TreeMap<>(leftOut);
    others.forEach((reason, count) -> all.merge(reason, count, Integer::sum));
    return new Prompts(conversations, tokens, all);
  }

  /** At most so many of them, evenly apart. */
  Prompts sample(int most) {
    int count = Math.min(most, tokens.size());
    int[] kept =
        IntStream.range(0, count).map(i -> (int) ((long) i * tokens.size() / count)).toArray();
    return only(kept);
  }

  /** Those that the others do not have. */
  Prompts except(Prompts others) {
    var theirs = new HashSet<>(others.conversations);
    return only(
        IntStream.range(0, tokens.size())
            .filter(i -> !theirs.contains(conversations.get(i)))
            .toArray());
  }

  private Prompts only(int[] kept) {
    return new Prompts(
        Arrays.stream(kept).mapToObj(conversations::get).toList(),
        Arrays.stream(kept).mapToObj(tokens::get).toList(),
        leftOut);
  }

  /** Both, with what was left out of these. */
  Prompts followedBy(Prompts others) {
    return new Prompts(
        Stream.concat(conversations.stream(), others.conversations.stream()).toList(),
        Stream.concat(tokens.stream(), others.tokens.stream()).toList(),
        leftOut);
  }

  /**
   * Those that another model can read too.
   *
   * @param reason under which the others are counted
   */
  Prompts thatFit(ChatFormat other, int most, String reason) {
    var fitting = of(conversations, other, most);
    var kept = new HashSet<>(fitting.conversations);
    var own = new ArrayList<int[]>();
    for (int i = 0; i < conversations.size(); i++) {
      if (kept.contains(conversations.get(i))) {
        own.add(tokens.get(i));
      }
    }
    Map<String, Integer> all = new TreeMap<>(leftOut);
    int lost = conversations.size() - own.size();
    if (lost > 0) {
      all.merge(reason, lost, Integer::sum);
    }
    return new Prompts(fitting.conversations, own, all);
  }
}
