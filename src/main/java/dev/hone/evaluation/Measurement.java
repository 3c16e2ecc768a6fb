package dev.hone.evaluation;

import dev.hone.alignment.PairScore;
import dev.hone.alignment.PairScorer;
import dev.hone.alignment.TokenPair;
import dev.hone.chat.Seeds;
import dev.hone.evaluation.SampleLog.Entry;
import dev.hone.evaluation.SampleLog.Of;
import dev.hone.inference.GenerationRequest;
import dev.hone.inference.SamplingParams;
import dev.hone.inference.VersionProbe;
import dev.hone.model.GenerationDefaults;
import dev.hone.model.Message;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Runs both versions over everything that is looked at, and notes what they did in the log. */
final class Measurement {
  private static final int PAIRS_AT_ONCE = 4;
  private static final int PROBE_WINDOW = 1024;

  private final EvaluationJob job;
  private final EvaluationSizes sizes;
  private final EvaluationWatch watch;
  private final SampleLog log;
  private final GateTexts texts;

  Measurement(EvaluationJob job, EvaluationWatch watch, SampleLog log, GateTexts texts) {
    this.job = job;
    this.sizes = job.sizes();
    this.watch = watch;
    this.log = log;
    this.texts = texts;
  }

  void pairs(List<TokenPair> pairs) {
    int basePairs = job.parent().isEmpty() ? 0 : Math.min(sizes.basePairs(), pairs.size());
    var steps = new Steps(watch, "evaluating", pairs.size() + basePairs);
    var known = known(Entry.Pair.class, Entry.Pair::index);
    score(pairs, job.parent(), steps, known, Entry.Pair::new);
    var knownOfBase = known(Entry.BasePair.class, Entry.BasePair::index);
    score(pairs.subList(0, basePairs), Optional.empty(), steps, knownOfBase, Entry.BasePair::new);
  }

  /** Makes a line of a score. */
  @FunctionalInterface
  private interface Line {
    Entry of(int index, PairScore score);
  }

  private void score(
      List<TokenPair> pairs, Optional<Path> reference, Steps steps, Set<Integer> known, Line line) {
    if (known.size() == pairs.size()) {
      steps.inBatches(pairs.size(), PAIRS_AT_ONCE, known::contains, (_, _) -> {});
      return;
    }
    try (var scorer = PairScorer.open(job.base(), Optional.of(job.candidate()), reference)) {
      steps.inBatches(
          pairs.size(),
          PAIRS_AT_ONCE,
          known::contains,
          (from, to) -> {
            var scores = scorer.score(pairs.subList(from, to));
            log.add(
                IntStream.range(from, to).mapToObj(i -> line.of(i, scores.get(i - from))).toList());
          });
    }
  }

  /** Both versions on the general text, the gate prompts and the questions. */
  void texts() {
    int repeats = texts.questions().size() * sizes.samplesPerQuestion();
    int each = texts.passages().size() + texts.prompts().size() + repeats;
    var steps = new Steps(watch, "generating", 2 * each);
    texts(Of.PARENT, job.parent(), steps);
    texts(Of.CANDIDATE, Optional.of(job.candidate()), steps);
  }

  private void texts(Of of, Optional<Path> version, Steps steps) {
    try (var probe = VersionProbe.load(job.base(), version, PROBE_WINDOW)) {
      passages(of, probe, steps);
      answers(of, probe, steps);
      repeats(of, probe, steps);
    }
  }

  private void passages(Of of, VersionProbe probe, Steps steps) {
    var known = known(Entry.Passage.class, entry -> entry.of() == of ? entry.index() : -1);
    steps.inBatches(
        texts.passages().size(),
        1,
        known::contains,
        (index, _) -> {
          int[] all = probe.format().tokenizer().encode(texts.passages().get(index));
          int[] tokens = Arrays.copyOf(all, Math.min(all.length, probe.window()));
          log.add(List.of(new Entry.Passage(of, index, tokens.length - 1, probe.logProb(tokens))));
        });
  }

  private void answers(Of of, VersionProbe probe, Steps steps) {
    var known = known(Entry.Answer.class, entry -> entry.of() == of ? entry.index() : -1);
    var sampling = sampling(probe.defaults(), sizes.answerTokens());
    steps.inBatches(
        texts.prompts().size(),
        VersionProbe.BATCH,
        known::contains,
        (from, to) -> {
          var answers = answer(probe, from, to, index -> texts.prompts().get(index), sampling);
          log.add(
              IntStream.range(from, to).mapToObj(i -> line(of, i, answers.get(i - from))).toList());
        });
  }

  private static Entry line(Of of, int index, VersionProbe.Answer answer) {
    return new Entry.Answer(of, index, answer.tokens(), answer.text(), answer.bounded());
  }

  private void repeats(Of of, VersionProbe probe, Steps steps) {
    var known = known(Entry.Repeat.class, entry -> entry.of() == of ? entry.index() : -1);
    var defaults = probe.defaults();
    // A greedy model would agree with itself whatever it says.
    var varied = defaults.temperature() == 0 ? GenerationDefaults.NEUTRAL : defaults;
    var sampling = sampling(varied, sizes.questionTokens());
    steps.inBatches(
        texts.questions().size() * sizes.samplesPerQuestion(),
        VersionProbe.BATCH,
        known::contains,
        (from, to) -> {
          var answers =
              answer(
                  probe,
                  from,
                  to,
                  index ->
                      List.of(
                          new Message(
                              "user", texts.questions().get(index / sizes.samplesPerQuestion()))),
                  sampling);
          log.add(
              IntStream.range(from, to)
                  .mapToObj(i -> new Entry.Repeat(of, i, answers.get(i - from).text()))
                  .toList());
        });
  }

  private List<VersionProbe.Answer> answer(
      VersionProbe probe,
      int from,
      int to,
      Function<Integer, List<Message>> prompt,
      SamplingParams sampling) {
    int room = probe.window() - sampling.maxNewTokens();
    return probe.answer(
        IntStream.range(from, to)
            .mapToObj(
                index -> {
                  int[] ids = probe.format().prompt(prompt.apply(index));
                  int[] kept = Arrays.copyOfRange(ids, Math.max(0, ids.length - room), ids.length);
                  long seed = Seeds.ofChoice(job.seed(), index);
                  return new GenerationRequest("", kept, sampling.withSeed(seed));
                })
            .toList(),
        watch::betweenSteps);
  }

  private static SamplingParams sampling(GenerationDefaults defaults, int tokens) {
    return new SamplingParams(
        defaults.temperature(), defaults.topP(), defaults.topK(), 0, tokens, List.of());
  }

  private <E extends Entry> Set<Integer> known(Class<E> kind, ToIntFunction<E> index) {
    return log.of(kind).map(index::applyAsInt).collect(Collectors.toSet());
  }
}
