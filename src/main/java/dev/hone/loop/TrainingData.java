package dev.hone.loop;

import dev.hone.alignment.AnswerTokens;
import dev.hone.alignment.Digest;
import dev.hone.alignment.FromPairs;
import dev.hone.alignment.PairTokens;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TokenExample;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.Truncation;
import dev.hone.alignment.UntrainableException;
import dev.hone.model.ChatFormat;
import dev.hone.preference.Example;
import dev.hone.preference.Snapshot;
import dev.hone.preference.Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a snapshot has to train on, or to measure a training on, as token ids, each once. Every
 * method reads anew. What was left out and what was cut is counted by kind, so that a stage tells
 * of what it learns alone.
 */
final class TrainingData {
  private final Path snapshot;
  private final Parts parts;
  private final ChatFormat format;
  private final int maxTokens;
  private final int most;

  /** In place of the snapshot's. */
  private final Optional<Tokenised<TokenAnswer>> others;

  /** Names of files. */
  private record Parts(String pairs, Optional<String> unpaired, String demonstrations) {
    static final Parts TRAIN =
        new Parts(
            Snapshot.TRAIN, Optional.of(Snapshot.TRAIN_UNPAIRED), Snapshot.TRAIN_DEMONSTRATIONS);
    static final Parts HELD_OUT =
        new Parts(Snapshot.HELD_OUT, Optional.empty(), Snapshot.HELD_OUT_DEMONSTRATIONS);
  }

  private TrainingData(
      Path snapshot,
      Parts parts,
      ChatFormat format,
      int maxTokens,
      int most,
      Optional<Tokenised<TokenAnswer>> others) {
    this.snapshot = snapshot;
    this.parts = parts;
    this.format = format;
    this.maxTokens = maxTokens;
    this.most = most;
    this.others = others;
  }

  /**
   * @param snapshot its folder; one of an earlier release has pairs alone
   * @param maxTokens of a prompt and one answer together
   */
  static TrainingData of(Path snapshot, ChatFormat format, int maxTokens) {
    return new TrainingData(
        snapshot, Parts.TRAIN, format, maxTokens, Integer.MAX_VALUE, Optional.empty());
  }

  /**
   * The first of what is kept from training: pairs and demonstrations, which is all that a training
   * is measured on.
   *
   * @param most of each kind; none is read where it is 0
   */
  static TrainingData heldOut(Path snapshot, ChatFormat format, int maxTokens, int most) {
    return new TrainingData(snapshot, Parts.HELD_OUT, format, maxTokens, most, Optional.empty());
  }

  /** The same with other demonstrations, none of which was left out or cut. */
  TrainingData showing(List<TokenAnswer> shown) {
    return new TrainingData(
        snapshot, parts, format, maxTokens, most, Optional.of(Tokenised.of(shown)));
  }

  /** Preferences. */
  Tokenised<TokenPair> pairs() throws IOException {
    return read(
        parts.pairs,
        Example.Pair.class,
        cut -> List.of(new PairTokens(format, maxTokens, cut)::of));
  }

  /** Answers that were judged alone. */
  Tokenised<TokenAnswer> judged() throws IOException {
    return parts.unpaired.isEmpty()
        ? Tokenised.of(List.of())
        : read(parts.unpaired.get(), Example.Unpaired.class, cut -> List.of(answers(cut)::of));
  }

  /** Answers as they should be. */
  Tokenised<TokenAnswer> shown() throws IOException {
    return others.isPresent()
        ? others.get()
        : read(parts.demonstrations, Example.Demonstration.class, cut -> List.of(answers(cut)::of));
  }

  /**
   * Judgements of single answers. The chosen answer of a pair counts as good and the other as not,
   * each as if it had been judged alone. What is then found both good and not is left out as {@code
   * contradictory}: the middle of a ranking, or two answers that part behind a cut.
   */
  Tokenised<TokenAnswer> judgements(FromPairs fromPairs) throws IOException {
    var judged = judged();
    if (!fromPairs.takes(!judged.examples().isEmpty())) {
      return agreed(judged);
    }
    return agreed(
        judged.and(
            ofPairs(
                answers ->
                    List.of(
                        pair -> answers.of(unpaired(pair, /* good= */ true)),
                        pair -> answers.of(unpaired(pair, /* good= */ false))))));
  }

  private static Tokenised<TokenAnswer> agreed(Tokenised<TokenAnswer> judged) {
    var both = new HashSet<String>();
    var bad = new HashSet<String>();
    for (TokenAnswer answer : judged.examples()) {
      (answer.good() ? both : bad).add(ids(answer));
    }
    both.retainAll(bad);
    return judged.without("contradictory", answer -> both.contains(ids(answer)));
  }

  private static String ids(TokenAnswer answer) {
    return Digest.ofIds(answer.prompt(), answer.answer());
  }

  private static Example.Unpaired unpaired(Example.Pair pair, boolean good) {
    return new Example.Unpaired(
        pair.prompt(), good ? pair.chosen() : pair.rejected(), good, pair.provenance());
  }

  /** Demonstrations; the chosen answer of a pair is one. */
  Tokenised<TokenAnswer> demonstrations(FromPairs fromPairs) throws IOException {
    var shown = shown();
    if (!fromPairs.takes(!shown.examples().isEmpty())) {
      return shown;
    }
    return shown.and(ofPairs(answers -> List.of(pair -> answers.of(demonstration(pair)))));
  }

  private static Example.Demonstration demonstration(Example.Pair pair) {
    return new Example.Demonstration(pair.prompt(), pair.chosen(), pair.provenance());
  }

  /** Answers of pairs, each cut to fit and left out by itself. */
  private Tokenised<TokenAnswer> ofPairs(
      Function<AnswerTokens, List<Tokens<Example.Pair, TokenAnswer>>> ways) throws IOException {
    return read(parts.pairs, Example.Pair.class, cut -> ways.apply(answers(cut)));
  }

  private AnswerTokens answers(Truncation cut) {
    return new AnswerTokens(format, maxTokens, cut);
  }

  /** Makes token ids of an example. */
  @FunctionalInterface
  private interface Tokens<E, T> {
    T of(E example) throws UntrainableException;
  }

  /**
   * @param maker of what turns an example into token ids, each in its own way; is told what is cut
   */
  private <E extends Example, T extends TokenExample> Tokenised<T> read(
      String file, Class<E> kind, Function<Truncation, List<Tokens<E, T>>> maker)
      throws IOException {
    Path path = snapshot.resolve(file);
    if (most == 0 || (!file.equals(Snapshot.TRAIN) && !Files.exists(path))) {
      return Tokenised.of(List.of());
    }
    var all = new ArrayList<T>();
    Map<String, Integer> untrainable = new TreeMap<>();
    var cut = new Truncation();
    var ways = maker.apply(cut);
    Snapshots.forEach(
        path,
        kind,
        example -> {
          for (Tokens<E, T> tokens : ways) {
            if (all.size() == most) {
              return;
            }
            try {
              all.add(tokens.of(example));
            } catch (UntrainableException e) {
              untrainable.merge(e.reason(), 1, Integer::sum);
            }
          }
        });
    return new Tokenised<>(all, untrainable, cut.counts()).once();
  }
}
