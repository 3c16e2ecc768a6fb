package dev.hone.evaluation;

import dev.hone.alignment.PairTokens;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.UntrainableException;
import dev.hone.preference.Format;
import dev.hone.preference.PairLines;
import dev.hone.preference.PairLines.Entry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The pairs that a candidate is measured on.
 *
 * @param skipped lines before the last of them that were no pair
 */
record HeldOut(List<TokenPair> pairs, int skipped) {
  /**
   * @param most pairs, the first ones
   */
  static HeldOut read(Path file, PairTokens tokens, int most) {
    var pairs = new ArrayList<TokenPair>();
    int skipped = 0;
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      var lines = new PairLines(in, Format.TRL);
      for (var entry = lines.next(); entry.isPresent(); entry = lines.next()) {
        if (pairs.size() == most) {
          break;
        }
        if (!(entry.get() instanceof Entry.Good(_, var pair) && add(tokens, pair, pairs))) {
          skipped++;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new HeldOut(pairs, skipped);
  }

  private static boolean add(
      PairTokens tokens, dev.hone.preference.Example.Pair pair, List<TokenPair> pairs) {
    try {
      return pairs.add(tokens.asItIs(pair));
    } catch (UntrainableException _) {
      return false; // counted as skipped
    }
  }
}
