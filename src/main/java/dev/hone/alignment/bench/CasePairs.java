package dev.hone.alignment.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.PairTokens;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TrainingException;
import dev.hone.alignment.UntrainableException;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
import dev.hone.preference.Example;
import dev.hone.preference.Format;
import dev.hone.preference.PairLines;
import dev.hone.preference.PairLines.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The pairs that cases are made of: of a file, or drawn. */
public final class CasePairs {
  private static final JsonMapper JSON = new JsonMapper();

  private record Ids(int[] prompt, int[] chosen, int[] rejected) {}

  private CasePairs() {}

  /** How a file's lines are read. */
  public enum Source {
    /** Token ids: {@code {"prompt": [..], "chosen": [..], "rejected": [..]}}. */
    IDS,
    TRL,
    HH
  }

  /**
   * Lines that are no pair, or one that nothing can be learnt from, are left out.
   *
   * @param base folder of the base, whose tokens they become
   * @param maxTokens of a prompt and one answer together; of ids it is not asked
   */
  public static List<TokenPair> read(Path file, Source source, Path base, int maxTokens)
      throws IOException {
    return switch (source) {
      case IDS -> ids(file, Architecture.load(base).vocabulary());
      case TRL -> tokenised(file, Format.TRL, new PairTokens(ChatFormat.load(base), maxTokens));
      case HH -> tokenised(file, Format.HH, new PairTokens(ChatFormat.load(base), maxTokens));
    };
  }

  private static List<TokenPair> ids(Path file, int vocabulary) throws IOException {
    var pairs = new ArrayList<TokenPair>();
    try (var lines = Files.lines(file, StandardCharsets.UTF_8)) {
      for (String line : (Iterable<String>) lines.filter(line -> !line.isBlank())::iterator) {
        var ids = ids(file, line);
        boolean known =
            Stream.of(ids.prompt, ids.chosen, ids.rejected)
                .flatMapToInt(Arrays::stream)
                .allMatch(id -> id >= 0 && id < vocabulary);
        if (!known) {
          throw bad(file, "an id is not of the model's " + vocabulary);
        }
        pairs.add(TokenPair.of(ids.prompt, ids.chosen, ids.rejected));
      }
    }
    return List.copyOf(pairs);
  }

  private static Ids ids(Path file, String line) {
    try {
      var ids = JSON.readValue(line, Ids.class);
      if (ids.prompt == null || ids.chosen == null || ids.rejected == null) {
        throw bad(file, "a line lacks prompt, chosen or rejected");
      }
      return ids;
    } catch (JsonProcessingException e) {
      var bad = bad(file, "a line is no object of lists of ids: " + e.getOriginalMessage());
      bad.initCause(e);
      throw bad;
    }
  }

  private static TrainingException bad(Path file, String reason) {
    return new TrainingException("bad_ids", file + ": " + reason);
  }

  private static List<TokenPair> tokenised(Path file, Format format, PairTokens tokens)
      throws IOException {
    var pairs = new ArrayList<TokenPair>();
    try (InputStream in = Files.newInputStream(file)) {
      var lines = new PairLines(in, format);
      var entry = lines.next();
      while (entry.isPresent()) {
        if (entry.get() instanceof Entry.Good(_, var pair)) {
          learnable(tokens, pair).ifPresent(pairs::add);
        }
        entry = lines.next();
      }
    }
    return List.copyOf(pairs);
  }

  private static Optional<TokenPair> learnable(PairTokens tokens, Example.Pair pair) {
    try {
      return Optional.of(tokens.of(pair));
    } catch (UntrainableException _) {
      return Optional.empty();
    }
  }

  /**
   * Ids without sense, as long as the turns of hh-rlhf: logarithms of lengths are about normal
   * there, with means and deviations as here (1,230 pairs in SmolLM2's tokens).
   *
   * @param maxTokens of a prompt and one answer together; longer ones are cut
   */
  public static List<TokenPair> drawn(Path base, int count, int maxTokens, RandomGenerator random) {
    int vocabulary = Architecture.load(base).vocabulary();
    var pairs = new ArrayList<TokenPair>();
    for (int i = 0; i < count; i++) {
      int[] chosen = ids(length(3.42, 0.91, maxTokens / 2, random), vocabulary, random);
      int[] rejected = ids(length(3.42, 0.91, maxTokens / 2, random), vocabulary, random);
      int room = maxTokens - Math.max(chosen.length, rejected.length);
      int[] prompt = ids(length(4.76, 0.76, room, random), vocabulary, random);
      pairs.add(TokenPair.of(prompt, chosen, rejected));
    }
    return List.copyOf(pairs);
  }

  private static int length(double mean, double deviation, int most, RandomGenerator random) {
    double length = Math.exp(random.nextGaussian(mean, deviation));
    return (int) Math.clamp(length, 1, most);
  }

  private static int[] ids(int count, int vocabulary, RandomGenerator random) {
    return random.ints(count, 0, vocabulary).toArray();
  }
}
