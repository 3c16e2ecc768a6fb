package dev.hone.evaluation;

import dev.hone.alignment.PairScore;
import dev.hone.alignment.PairScorer;
import dev.hone.alignment.PairTokens;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.UntrainableException;
import dev.hone.evaluation.PreferenceResult.Skipped;
import dev.hone.model.ChatFormat;
import dev.hone.preference.PairLines;
import dev.hone.preference.PairLines.Entry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Judges a version on every pair of a file, however large the file is: no more than a batch is held
 * at a time.
 */
public final class PreferenceEvaluation {
  private static final int MAX_LISTED = 10_000;
  private static final int MAX_TOKENS = 4096;
  private static final int BATCH_PAIRS = 8;
  private static final int BATCH_TOKENS = 1024;

  private final PreferenceJob job;
  private final EvaluationWatch watch;
  private final PairScorer scorer;
  private final PreferenceTally tally;
  private final List<Skipped> skipped = new ArrayList<>();
  private final List<TokenPair> batch = new ArrayList<>();
  private int batchTokens;
  private int skippedCount;

  private PreferenceEvaluation(PreferenceJob job, EvaluationWatch watch, PairScorer scorer) {
    this.job = job;
    this.watch = watch;
    this.scorer = scorer;
    this.tally = new PreferenceTally(job.beta());
  }

  /**
   * @throws dev.hone.alignment.CancelledException as the watch wants
   */
  public static PreferenceResult run(PreferenceJob job, EvaluationWatch watch) {
    try (var scorer = PairScorer.open(job.base(), job.version(), job.reference())) {
      return new PreferenceEvaluation(job, watch, scorer).run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PreferenceResult run() throws IOException {
    int maxTokens = Math.min(MAX_TOKENS, scorer.window());
    var tokens = new PairTokens(ChatFormat.load(job.base()), maxTokens);
    var steps = new Steps(watch, "evaluating", lineCount(job.file()));
    try (var in = new BufferedInputStream(Files.newInputStream(job.file()))) {
      var lines = new PairLines(in, job.format());
      for (var entry = lines.next(); entry.isPresent(); entry = lines.next()) {
        switch (entry.get()) {
          case Entry.Bad(int line, String reason) -> skip(line, reason);
          case Entry.Good(int line, var pair) -> {
            try {
              add(tokens.asItIs(pair));
            } catch (UntrainableException e) {
              skip(line, "the model's chat template has no place for it" + why(e));
            }
          }
        }
        if (batch.size() == BATCH_PAIRS || batchTokens >= BATCH_TOKENS) {
          score();
          steps.reached(lines.line());
        }
      }
    }
    score();
    return new PreferenceResult(tally.report(skippedCount), List.copyOf(skipped));
  }

  private static String why(UntrainableException e) {
    return e.getCause() == null ? "" : ": " + e.getCause().getMessage();
  }

  private void skip(int line, String reason) {
    skippedCount++;
    if (skipped.size() < MAX_LISTED) {
      skipped.add(new Skipped(line, reason));
    }
  }

  private void add(TokenPair pair) {
    batch.add(pair);
    batchTokens += pair.prompt().length + pair.chosen().length + pair.rejected().length;
  }

  private void score() {
    if (batch.isEmpty()) {
      return;
    }
    watch.betweenParts();
    var scores = scorer.score(batch);
    for (int i = 0; i < scores.size(); i++) {
      tally.add(exact(batch.get(i), scores.get(i)));
    }
    batch.clear();
    batchTokens = 0;
  }

  /** Equal answers lie in different rows of a batch, and sums may differ by their last bit. */
  private static PairScore exact(TokenPair pair, PairScore score) {
    return Arrays.equals(pair.chosen(), pair.rejected())
        ? new PairScore(
            score.policyChosen(),
            score.policyChosen(),
            score.referenceChosen(),
            score.referenceChosen(),
            score.chosenTokens(),
            score.rejectedTokens(),
            score.kl())
        : score;
  }

  private static int lineCount(Path file) throws IOException {
    int lines = 1;
    byte[] buffer = new byte[1 << 16];
    try (var in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        for (int i = 0; i < read; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
    }
    return lines;
  }
}
