package dev.hone.alignment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.inference.PolicySampler;
import dev.hone.inference.PolicySampler.Drawing;
import dev.hone.inference.SampledAnswer;
import dev.hone.inference.SamplingProgress;
import dev.hone.registry.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Several answers of one policy to each of many prompts, of which the best may then be chosen. They
 * are drawn some prompts at a time and each part is kept, so whoever was killed goes on behind the
 * last part, with the same answers to the bit as if nothing had happened.
 */
public final class AnswerDraws {
  private static final Logger LOG = Logger.getLogger(AnswerDraws.class);
  private static final JsonMapper JSON = new JsonMapper();

  /** Of a part: enough that few places stand empty while its last answers end. */
  private static final int ANSWERS_AT_ONCE = 64;

  private final Path folder;
  private final Order order;
  private SamplingProgress told;

  /**
   * What decides the answers.
   *
   * @param policy all that they depend on besides: weights and the precision of sampling
   * @param each answers to a prompt
   */
  public record Order(String policy, List<int[]> prompts, int each, Drawing drawing, long seed) {
    public Order {
      prompts = List.copyOf(prompts);
      if (each < 1) {
        throw new IllegalArgumentException("each prompt needs an answer at least");
      }
    }

    private String key() {
      return Digest.of(
          List.of(
              policy,
              Digest.ofIds(prompts.toArray(int[][]::new)),
              Digest.ofIds(drawing.endTokens()),
              "%d %d %s %d".formatted(each, seed, drawing.temperature(), drawing.maxNewTokens())));
    }

    private long seed(int prompt, int answer) {
      return Randomness.of(seed, "draws", (long) prompt * each + answer).nextLong();
    }
  }

  /**
   * An answer.
   *
   * @param ended whether it ended by itself and not by its bound; its last token is the end then
   */
  public record Draw(int[] tokens, boolean ended) {
    /** The tokens without the end of turn. */
    public int[] said() {
      return Arrays.copyOf(tokens, ended ? tokens.length - 1 : tokens.length);
    }
  }

  /**
   * A file of prompts' answers.
   *
   * @param check of them
   */
  private record Part(List<List<Draw>> answers, String check) {
    static Part of(List<List<Draw>> answers) {
      return new Part(answers, check(answers));
    }

    boolean isWhole() {
      return check(answers).equals(check);
    }

    private static String check(List<List<Draw>> answers) {
      try {
        return Digest.of(List.of(JSON.writeValueAsString(answers)));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("answers cannot be written", e);
      }
    }
  }

  /**
   * @param kept folder of what was drawn, for any order
   */
  public AnswerDraws(Path kept, Order order) {
    this.folder = kept.resolve(order.key().substring(0, 16));
    this.order = order;
    this.told = new SamplingProgress(0, 0, order.prompts().size() * order.each(), 0, 0);
  }

  /**
   * @param sampler uses the order's policy
   * @param watcher as the sampler's, told of all parts together; tokens and time are of this run
   * @return for each prompt its answers
   */
  public List<List<Draw>> draw(PolicySampler sampler, Consumer<SamplingProgress> watcher) {
    var all = new ArrayList<List<Draw>>();
    int kept = 0;
    int atOnce = Math.ceilDiv(ANSWERS_AT_ONCE, order.each());
    for (int from = 0; from < order.prompts().size(); from += atOnce) {
      int to = Math.min(order.prompts().size(), from + atOnce);
      Path file = folder.resolve("%07d.json".formatted(from));
      var before = read(file);
      if (before.isPresent()) {
        all.addAll(before.get());
        kept += (to - from) * order.each();
      } else {
        var part = part(sampler, from, to, watcher);
        write(file, part);
        all.addAll(part);
      }
      told =
          new SamplingProgress(
              to * order.each(), kept, told.answers(), told.tokens(), told.seconds());
    }
    return all;
  }

  private List<List<Draw>> part(
      PolicySampler sampler, int from, int to, Consumer<SamplingProgress> watcher) {
    var prompts = new ArrayList<int[]>();
    for (int[] prompt : order.prompts().subList(from, to)) {
      prompts.addAll(Collections.nCopies(order.each(), prompt));
    }
    long[] seeds =
        IntStream.range(from, to)
            .boxed()
            .flatMapToLong(
                prompt ->
                    IntStream.range(0, order.each())
                        .mapToLong(answer -> order.seed(prompt, answer)))
            .toArray();
    var start = told;
    var sampled =
        sampler.sample(
            prompts,
            seeds,
            order.drawing(),
            progress -> {
              told =
                  new SamplingProgress(
                      start.ended() + progress.ended(),
                      start.kept(),
                      start.answers(),
                      start.tokens() + progress.tokens(),
                      start.seconds() + progress.seconds());
              watcher.accept(told);
            });
    return IntStream.range(0, to - from)
        .mapToObj(i -> draws(sampled.subList(i * order.each(), (i + 1) * order.each())))
        .toList();
  }

  private static List<Draw> draws(List<SampledAnswer> sampled) {
    return sampled.stream().map(answer -> new Draw(answer.tokens(), answer.ended())).toList();
  }

  /** A part that is kept whole; the same is drawn again in place of a damaged one. */
  private static Optional<List<List<Draw>>> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      var part = JSON.readValue(file.toFile(), Part.class);
      return part.isWhole() ? Optional.of(part.answers()) : damaged(file);
    } catch (JsonProcessingException _) {
      return damaged(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<List<List<Draw>>> damaged(Path file) {
    LOG.warnf("%s is damaged, or of an earlier release, and drawn again", file);
    return Optional.empty();
  }

  private static void write(Path file, List<List<Draw>> part) {
    WholeFile.write(file, draft -> JSON.writeValue(draft.toFile(), Part.of(part)));
  }
}
