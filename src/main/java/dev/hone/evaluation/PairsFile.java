package dev.hone.evaluation;

import dev.hone.alignment.PairTokens;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.Truncation;
import dev.hone.alignment.UntrainableException;
import dev.hone.alignment.WholePair;
import dev.hone.evaluation.FileResult.Skipped;
import dev.hone.model.ChatFormat;
import dev.hone.preference.PairLines;
import dev.hone.preference.PairLines.Entry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Goes through every pair of a file, however large the file is: no more than a batch is held at a
 * time. For one thread and once.
 */
final class PairsFile {
  private static final int MAX_LISTED = 10_000;
  private static final int MAX_TOKENS = 4096;
  private static final int BATCH_PAIRS = 8;
  private static final int BATCH_TOKENS = 1024;

  private final PairsJob job;
  private final Truncation cut = new Truncation();
  private final PairTokens tokens;
  private final EvaluationWatch watch;
  private final Consumer<List<WholePair>> judge;
  private final List<Skipped> skipped = new ArrayList<>();
  private final List<WholePair> batch = new ArrayList<>();
  private int batchTokens;
  private int pairCount;
  private int skippedCount;

  /**
   * @param window tokens that a prompt and one answer may have together
   * @param judge is given the pairs in their order, several at a time
   */
  PairsFile(PairsJob job, int window, EvaluationWatch watch, Consumer<List<WholePair>> judge) {
    this.job = job;
    this.tokens = new PairTokens(ChatFormat.load(job.base()), Math.min(MAX_TOKENS, window), cut);
    this.watch = watch;
    this.judge = judge;
  }

  /**
   * @throws dev.hone.alignment.CancelledException as the watch wants
   */
  void judge() {
    try (var in = new BufferedInputStream(Files.newInputStream(job.file()))) {
      int all = Math.min(lineCount(job.file()), job.most());
      var steps = new Steps(watch, "evaluating", all);
      var lines = new PairLines(in, job.format());
      for (var entry = lines.next(); entry.isPresent(); entry = lines.next()) {
        if (pairCount == job.most()) {
          break;
        }
        add(entry.get());
        if (batch.size() == BATCH_PAIRS || batchTokens >= BATCH_TOKENS) {
          judgeBatch();
          steps.reached(Math.min(all, lines.line()));
        }
      }
      judgeBatch();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines that were no pair. */
  int skippedCount() {
    return skippedCount;
  }

  /** The first of them. */
  List<Skipped> skipped() {
    return List.copyOf(skipped);
  }

  /** What was cut to fit, by kind. */
  Map<String, Integer> cut() {
    return cut.counts();
  }

  private void add(Entry entry) {
    switch (entry) {
      case Entry.Bad(int line, String reason) -> skip(line, reason);
      case Entry.Good(int line, var pair) -> {
        try {
          add(tokens.asItIs(pair));
        } catch (UntrainableException e) {
          skip(line, "the model's chat template has no place for it" + why(e));
        }
      }
    }
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

  private void add(WholePair whole) {
    batch.add(whole);
    pairCount++;
    TokenPair pair = whole.tokens();
    batchTokens += pair.prompt().length + pair.chosen().length + pair.rejected().length;
  }

  private void judgeBatch() {
    if (batch.isEmpty()) {
      return;
    }
    watch.betweenParts();
    judge.accept(List.copyOf(batch));
    batch.clear();
    batchTokens = 0;
  }

  private static int lineCount(Path file) throws IOException {
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      return Math.max(1, PairLines.last(in));
    }
  }
}
