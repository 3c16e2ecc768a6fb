package dev.hone.loop;

import dev.hone.alignment.AnswerTokens;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a snapshot has to train on, or to measure a training on, as token ids, each once.
 *
 * @param pairs preferences
 * @param judged answers that were judged alone
 * @param shown answers as they should be
 * @param untrainable number of examples that nothing can be learnt from, by reason
 * @param cut what was cut to fit, by what it was ({@link Truncation})
 */
record TrainingData(
    List<TokenPair> pairs,
    List<TokenAnswer> judged,
    List<TokenAnswer> shown,
    Map<String, Integer> untrainable,
    Map<String, Integer> cut) {

  /**
   * @param snapshot its folder; one of an earlier release has pairs alone
   * @param maxTokens of a prompt and one answer together
   */
  static TrainingData read(Path snapshot, ChatFormat format, int maxTokens) throws IOException {
    var tokens = Tokens.by(format, maxTokens);
    var reading = new Reading(snapshot, Integer.MAX_VALUE, new TreeMap<>());
    return tokens.of(
        reading,
        reading.all(Snapshot.TRAIN, Example.Pair.class, tokens.pairs::of),
        Snapshot.TRAIN_UNPAIRED,
        Snapshot.TRAIN_DEMONSTRATIONS);
  }

  /**
   * The first of what is kept from training.
   *
   * @param most of each kind
   */
  static TrainingData heldOut(Path snapshot, ChatFormat format, int maxTokens, int most)
      throws IOException {
    var tokens = Tokens.by(format, maxTokens);
    var reading = new Reading(snapshot, most, new TreeMap<>());
    return tokens.of(
        reading,
        reading.ifThere(Snapshot.HELD_OUT, Example.Pair.class, tokens.pairs::of),
        Snapshot.HELD_OUT_UNPAIRED,
        Snapshot.HELD_OUT_DEMONSTRATIONS);
  }

  /** What makes token ids of all kinds of examples. */
  private record Tokens(Truncation cut, PairTokens pairs, AnswerTokens answers) {
    static Tokens by(ChatFormat format, int maxTokens) {
      var cut = new Truncation();
      return new Tokens(
          cut, new PairTokens(format, maxTokens, cut), new AnswerTokens(format, maxTokens, cut));
    }

    TrainingData of(Reading reading, List<TokenPair> ofPairs, String judged, String shown)
        throws IOException {
      return new TrainingData(
          ofPairs,
          reading.ifThere(judged, Example.Unpaired.class, answers::of),
          reading.ifThere(shown, Example.Demonstration.class, answers::of),
          reading.untrainable,
          cut.counts());
    }
  }

  /** Makes token ids of an example. */
  @FunctionalInterface
  private interface Tokenised<E, T> {
    T of(E example) throws UntrainableException;
  }

  /**
   * @param most examples of a file
   */
  private record Reading(Path snapshot, int most, Map<String, Integer> untrainable) {
    <E extends Example, T extends TokenExample> List<T> ifThere(
        String file, Class<E> kind, Tokenised<E, T> tokenised) throws IOException {
      return Files.exists(snapshot.resolve(file)) ? all(file, kind, tokenised) : List.of();
    }

    <E extends Example, T extends TokenExample> List<T> all(
        String file, Class<E> kind, Tokenised<E, T> tokenised) throws IOException {
      var all = new ArrayList<T>();
      Snapshots.forEach(
          snapshot.resolve(file),
          kind,
          example -> {
            if (all.size() == most) {
              return;
            }
            try {
              all.add(tokenised.of(example));
            } catch (UntrainableException e) {
              untrainable.merge(e.reason(), 1, Integer::sum);
            }
          });
      return once(all.stream());
    }
  }

  /** The same with other demonstrations. */
  TrainingData showing(List<TokenAnswer> others) {
    return new TrainingData(pairs, judged, others, untrainable, cut);
  }

  /** Judgements of single answers; the chosen answer of a pair counts as good, the other as not. */
  List<TokenAnswer> judgements(FromPairs fromPairs) {
    return fromPairs.takes(!judged.isEmpty())
        ? once(
            Stream.concat(
                judged.stream(),
                pairs.stream()
                    .flatMap(
                        pair ->
                            Stream.of(
                                TokenAnswer.of(pair.prompt(), pair.chosen(), /* good= */ true),
                                TokenAnswer.of(
                                    pair.prompt(), pair.rejected(), /* good= */ false)))))
        : judged;
  }

  /** Demonstrations; the chosen answer of a pair is one. */
  List<TokenAnswer> demonstrations(FromPairs fromPairs) {
    return fromPairs.takes(!shown.isEmpty())
        ? once(
            Stream.concat(
                shown.stream(),
                pairs.stream()
                    .map(pair -> TokenAnswer.of(pair.prompt(), pair.chosen(), /* good= */ true))))
        : shown;
  }

  private static <T extends TokenExample> List<T> once(Stream<T> examples) {
    Map<String, T> byKey = new LinkedHashMap<>();
    examples.forEach(example -> byKey.putIfAbsent(example.key(), example));
    return List.copyOf(byKey.values());
  }
}
