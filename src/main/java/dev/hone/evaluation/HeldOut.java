package dev.hone.evaluation;

import dev.hone.alignment.PairTokens;
import dev.hone.alignment.TokenPair;
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
import java.util.stream.Collectors;

/**
 * The pairs that a candidate is measured on.
 *
 * @param samples of each the text, shortened
 * @param skipped lines before the last of them that were no pair
 */
record HeldOut(List<TokenPair> pairs, List<Sample> samples, int skipped) {
  static HeldOut of(EvaluationJob job) {
    var tokens = new PairTokens(ChatFormat.load(job.base()), job.sizes().maxTokens());
    return read(job.heldOut(), tokens, job.sizes().heldOutPairs());
  }

  /**
   * @param most pairs, the first ones
   */
  static HeldOut read(Path file, PairTokens tokens, int most) {
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
    return new HeldOut(pairs, samples, skipped);
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
