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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a snapshot has to train on, or to measure a training on, as token ids, each once. What was
 * left out and what was cut is counted by kind, so that a stage tells of what it learns alone.
 *
 * @param pairs preferences
 * @param judged answers that were judged alone
 * @param shown answers as they should be
 */
record TrainingData(
    Tokenised<TokenPair> pairs, Tokenised<TokenAnswer> judged, Tokenised<TokenAnswer> shown) {

  /**
   * @param snapshot its folder; one of an earlier release has pairs alone
   * @param maxTokens of a prompt and one answer together
   */
  static TrainingData read(Path snapshot, ChatFormat format, int maxTokens) throws IOException {
    var reading = new Reading(snapshot, format, maxTokens, Integer.MAX_VALUE);
    return new TrainingData(
        reading.all(Snapshot.TRAIN, Example.Pair.class, reading::pairs),
        reading.ifThere(
            Snapshot.TRAIN_UNPAIRED, Example.Unpaired.class, cut -> reading.answers(cut)::of),
        reading.ifThere(
            Snapshot.TRAIN_DEMONSTRATIONS,
            Example.Demonstration.class,
            cut -> reading.answers(cut)::of));
  }

  /**
   * The first of what is kept from training: pairs and demonstrations, which is all that a training
   * is measured on.
   *
   * @param most of each kind; none is read where it is 0
   */
  static TrainingData heldOut(Path snapshot, ChatFormat format, int maxTokens, int most)
      throws IOException {
    var reading = new Reading(snapshot, format, maxTokens, most);
    return new TrainingData(
        reading.ifThere(Snapshot.HELD_OUT, Example.Pair.class, reading::pairs),
        Tokenised.of(List.of()),
        reading.ifThere(
            Snapshot.HELD_OUT_DEMONSTRATIONS,
            Example.Demonstration.class,
            cut -> reading.answers(cut)::of));
  }

  /** Makes token ids of an example. */
  @FunctionalInterface
  private interface Tokens<E, T> {
    T of(E example) throws UntrainableException;
  }

  /** Makes what turns examples of a kind into token ids, and is told what it cuts. */
  @FunctionalInterface
  private interface Maker<E, T> {
    Tokens<E, T> of(Truncation cut);
  }

  /**
   * @param most examples of a file
   */
  private record Reading(Path snapshot, ChatFormat format, int maxTokens, int most) {
    Tokens<Example.Pair, TokenPair> pairs(Truncation cut) {
      return new PairTokens(format, maxTokens, cut)::of;
    }

    AnswerTokens answers(Truncation cut) {
      return new AnswerTokens(format, maxTokens, cut);
    }

    <E extends Example, T extends TokenExample> Tokenised<T> ifThere(
        String file, Class<E> kind, Maker<E, T> maker) throws IOException {
      return most > 0 && Files.exists(snapshot.resolve(file))
          ? all(file, kind, maker)
          : Tokenised.of(List.of());
    }

    <E extends Example, T extends TokenExample> Tokenised<T> all(
        String file, Class<E> kind, Maker<E, T> maker) throws IOException {
      var all = new ArrayList<T>();
      Map<String, Integer> untrainable = new TreeMap<>();
      var cut = new Truncation();
      var tokens = maker.of(cut);
      Snapshots.forEach(
          snapshot.resolve(file),
          kind,
          example -> {
            if (all.size() == most) {
              return;
            }
            try {
              all.add(tokens.of(example));
            } catch (UntrainableException e) {
              untrainable.merge(e.reason(), 1, Integer::sum);
            }
          });
      return new Tokenised<>(all, untrainable, cut.counts()).once();
    }
  }

  /** The same with other demonstrations, none of which was left out or cut. */
  TrainingData showing(List<TokenAnswer> others) {
    return new TrainingData(pairs, judged, Tokenised.of(others));
  }

  /** Judgements of single answers; the chosen answer of a pair counts as good, the other as not. */
  Tokenised<TokenAnswer> judgements(FromPairs fromPairs) {
    return fromPairs.takes(!judged.examples().isEmpty())
        ? judged.and(
            pairs.as(
                pair ->
                    Stream.of(
                        TokenAnswer.of(pair.prompt(), pair.chosen(), /* good= */ true),
                        TokenAnswer.of(pair.prompt(), pair.rejected(), /* good= */ false))))
        : judged;
  }

  /** Demonstrations; the chosen answer of a pair is one. */
  Tokenised<TokenAnswer> demonstrations(FromPairs fromPairs) {
    return fromPairs.takes(!shown.examples().isEmpty())
        ? shown.and(
            pairs.as(
                pair -> Stream.of(TokenAnswer.of(pair.prompt(), pair.chosen(), /* good= */ true))))
        : shown;
  }
}
