package dev.hone.loop;

import dev.hone.alignment.PairTokens;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TokenExample;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.UntrainableException;
import dev.hone.preference.Snapshot;
import dev.hone.preference.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** A snapshot's data to train on, as token ids; the same example is there once. */
final class TrainingData {
  private final Path snapshot;
  private final PairTokens tokens;
  private final Map<String, Integer> untrainable = new TreeMap<>();

  /**
   * @param snapshot its folder
   */
  TrainingData(Path snapshot, PairTokens tokens) {
    this.snapshot = snapshot;
    this.tokens = tokens;
  }

  List<TokenPair> pairs() {
    return ofPairs(Stream::of);
  }

  /** Answers that were found good or bad: both of each pair. */
  List<TokenAnswer> judged() {
    return ofPairs(
        pair ->
            Stream.of(
                TokenAnswer.of(pair.prompt(), pair.chosen(), true),
                TokenAnswer.of(pair.prompt(), pair.rejected(), false)));
  }

  /** Answers as they should be: the chosen one of each pair. */
  List<TokenAnswer> demonstrations() {
    return ofPairs(pair -> Stream.of(TokenAnswer.of(pair.prompt(), pair.chosen(), true)));
  }

  /** How many of the snapshot's could not be read as token ids so far, by reason. */
  Map<String, Integer> untrainable() {
    return new TreeMap<>(untrainable);
  }

  private <E extends TokenExample> List<E> ofPairs(Function<TokenPair, Stream<E>> examples) {
    Map<String, E> byKey = new LinkedHashMap<>();
    try {
      Snapshots.forEach(
          snapshot.resolve(Snapshot.TRAIN),
          pair -> {
            try {
              examples
                  .apply(tokens.of(pair))
                  .forEach(example -> byKey.putIfAbsent(example.key(), example));
            } catch (UntrainableException e) {
              untrainable.merge(e.reason(), 1, Integer::sum);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ArrayList<>(byKey.values());
  }
}
