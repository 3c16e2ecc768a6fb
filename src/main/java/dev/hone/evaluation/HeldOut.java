package dev.hone.evaluation;

import dev.hone.alignment.PairTokens;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.Truncation;
import dev.hone.alignment.UntrainableException;
import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import dev.hone.preference.Example.Pair;
import dev.hone.preference.Format;
import dev.hone.preference.PairLines;
import dev.hone.preference.PairLines.Entry;
import dev.hone.preference.Passage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The pairs that a candidate is measured on.
 *
 * @param samples of each the text, shortened
 * @param skipped lines before the last of them that were no pair
 * @param cut what was cut of the pairs to fit, by what it was ({@link Truncation})
 */
record HeldOut(List<TokenPair> pairs, List<Sample> samples, int skipped, Map<String, Integer> cut) {
  static HeldOut of(EvaluationJob job) {
    var sizes = job.sizes();
    return read(
        job.heldOut(), ChatFormat.load(job.base()), sizes.maxTokens(), sizes.heldOutPairs());
  }

  /**
   * @param maxTokens of a prompt and one answer together
   * @param most pairs, the first ones
   */
  static HeldOut read(Path file, ChatFormat format, int maxTokens, int most) {
    var cut = new Truncation();
    var tokens = new PairTokens(format, maxTokens, cut);
    var pairs = new ArrayList<TokenPair>();
    var samples = new ArrayList<Sample>();
    int skipped = 0;
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      var lines = new PairLines(in, Format.TRL);
      for (var entry = lines.next(); entry.isPresent(); entry = lines.next()) {
        if (pairs.size() == most) {
          break;
        }
        if (entry.get() instanceof Entry.Good(_, var pair) && add(tokens, pair, pairs)) {
          samples.add(sample(pair));
        } else {
          skipped++;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new HeldOut(pairs, samples, skipped, cut.counts());
  }

  private static Sample sample(Pair pair) {
    var prompt = pair.prompt().asChat("user").messages();
    return Sample.pair(
        prompt.isEmpty() ? "" : prompt.getLast().content(),
        text(pair.chosen()),
        text(pair.rejected()));
  }

  private static String text(Passage answer) {
    return answer.asChat("assistant").messages().stream()
        .map(Message::content)
        .collect(Collectors.joining("\n\n"));
  }

  private static boolean add(PairTokens tokens, Pair pair, List<TokenPair> pairs) {
    try {
      return pairs.add(tokens.asItIs(pair).tokens());
    } catch (UntrainableException _) {
      return false; // counted as skipped
    }
  }
}
