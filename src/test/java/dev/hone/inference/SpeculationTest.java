package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.inference.constraint.Constraint;
import dev.hone.inference.constraint.Grammars;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is drafted, an answer is what it would have been: token by token, to the last bit. */
class SpeculationTest {
  private static final int SLOTS = 4;
  private static final int WINDOW = 256;
  private static final int[] END = {ByteTokenizer.END};

  private InferenceEngine engine;
  private FixedLogitsRunner runner;
  private SpeculationUse use;
  private long preemptions;

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.7, 1.5})
  void answersAreTheSameWithAndWithout(double temperature) {
    var random = new SplittableRandom(11);
    long accepted = 0;
    for (int model = 0; model < 12; model++) {
      int seed = model;
      var requests = new ArrayList<GenerationRequest>();
      for (int i = 0; i < 10; i++) {
        var params =
            new SamplingParams(
                temperature, 0.9, 0, 0, i, 1 + random.nextInt(150), List.of(), LogitBias.NONE, 2);
        requests.add(new GenerationRequest("v" + i % 2, letters(random), params));
      }
      assertSame(requests, (version, tokens) -> markov(seed + 100 * version, tokens));
      accepted += use.accepted();
      assertThat(use.drafted()).isGreaterThanOrEqualTo(use.accepted());
    }
    assertThat(accepted).isGreaterThan(500);
  }

  @Test
  void whatDependsOnTheAnswerSoFarIsSeenBehindADraftToo() {
    var biases =
        List.of(
            new LogitBias(0.3, 0, 1, Map.of(), 0, false),
            new LogitBias(0, 0.5, 1, Map.of(), 0, false),
            new LogitBias(0, 0, 1.1, Map.of(), 0, false),
            new LogitBias(-0.2, 0, 1, Map.of((int) 'b', -100.0, (int) 'c', 1.0), 20, false),
            new LogitBias(0.1, 0, 0.9, Map.of(), 0, true));
    var random = new SplittableRandom(12);
    var requests = new ArrayList<GenerationRequest>();
    for (int i = 0; i < 40; i++) {
      var bias = biases.get(i % biases.size());
      var params = new SamplingParams(i % 2, 1, 0, 0, i, 120, List.of(), bias, 3);
      requests.add(new GenerationRequest("v0", letters(random), params));
    }
    assertSame(requests, (_, tokens) -> markov(3, tokens));
    assertThat(use.accepted()).isGreaterThan(100);
  }

  @Test
  void aDraftIsCutWhereAConstraintForbidsIt() throws Exception {
    var schema =
        """
        {"type": "array", "minItems": 6, "maxItems": 9, "items": {"type": "object",
         "properties": {"id": {"enum": [1, 2]}, "kind": {"enum": ["plain", "fancy"]}},
         "required": ["id", "kind"], "additionalProperties": false}}""";
    var held =
        Optional.of(
            new Constraint(
                Grammars.schema(new JsonMapper().readTree(schema), false),
                ByteTokenizer.vocabulary()));
    var requests = new ArrayList<GenerationRequest>();
    for (int seed = 0; seed < 6; seed++) {
      var params =
          new SamplingParams(1, 1, 0, 0, seed, 240, List.of(), LogitBias.NONE, 0).heldTo(held);
      requests.add(new GenerationRequest("v0", ByteTokenizer.encode("\"id\": 3, 3, 3,"), params));
    }
    var answers = assertSame(requests, (_, tokens) -> markov(5, tokens));
    assertThat(use.accepted()).isGreaterThan(200);
    assertThat(answers).anyMatch(answer -> answer.reason() == FinishReason.STOP);
  }

  @Test
  void whatMustBeRepeatableIsNeverDrafted() {
    var params = new SamplingParams(0, 1, 0, 1, 60, List.of()).withRepeatable(true);
    var request = new GenerationRequest("v0", ByteTokenizer.encode("abcabcabc"), params);
    run(List.of(request), (_, tokens) -> markov(3, tokens), Speculation.ALWAYS);
    assertThat(use.drafted()).isZero();
  }

  /** Two tokens after a prompt that suggests both, each with the probability that it has. */
  @Test
  void theDistributionOfWhatIsDrawnIsTheModels() {
    int count = 6_000;
    int[] prompt = ByteTokenizer.encode("abcabcabc");
    var requests = new ArrayList<GenerationRequest>();
    for (int seed = 0; seed < count; seed++) {
      var params = new SamplingParams(1, 1, 0, seed * 7919L, 3, List.of());
      requests.add(new GenerationRequest("v0", prompt, params));
    }
    int[] seen = new int[27];
    for (Answer answer : run(requests, (_, tokens) -> ofThree(tokens), Speculation.ALWAYS)) {
      int[] ids = answer.ids();
      seen[((ids[0] - 'a') * 3 + ids[1] - 'a') * 3 + ids[2] - 'a']++;
    }
    assertThat(use.accepted()).isGreaterThan(count / 10);
    double chiSquare = 0;
    for (int i = 0; i < seen.length; i++) {
      int[] ids = {'c', 'a' + i / 9, 'a' + i / 3 % 3, 'a' + i % 3};
      double expected = count;
      for (int at = 1; at < ids.length; at++) {
        expected *= probability(ids[at - 1], ids[at]);
      }
      chiSquare += (seen[i] - expected) * (seen[i] - expected) / expected;
    }
    // 26 degrees of freedom: exceeded once in a thousand times.
    assertThat(chiSquare).isLessThan(54.05);
  }

  @Test
  void aDraftSavesStepsAndSaysTheSame() {
    String line = "the quick brown fox jumps over the lazy dog. ";
    var answer = run(say(line, 44), echo(line), Speculation.ALWAYS).getFirst();
    assertThat(answer.text()).isEqualTo(line.substring(0, 44));
    assertThat(runner.batches.size() + runner.chunks.size()).isLessThan(14);
    assertThat(use.accepted()).isGreaterThan(30);
  }

  @Test
  void anAnswerEndsAtAStopStringWithinADraft() {
    String line = "one, two, three, four, five. ";
    var requests = say(line, 100, "e, f");
    var answer = assertSame(requests, echo(line)).getFirst();
    assertThat(answer.text()).isEqualTo("one, two, thre");
    assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
    assertThat(use.accepted()).isPositive();
  }

  @Test
  void anAnswerEndsWithTheTurnWithinADraft() {
    String line = "one, two, three. ";
    int[] once = Arrays.copyOf(ByteTokenizer.encode(line), line.length() + 1);
    once[line.length()] = ByteTokenizer.END;
    int[] prompt = Arrays.copyOf(once, 2 * once.length);
    System.arraycopy(once, 0, prompt, once.length, once.length);
    var params = new SamplingParams(0, 1, 0, 1, 100, List.of());
    var answer =
        assertSame(List.of(new GenerationRequest("v0", prompt, params)), cycling(once)).getFirst();
    assertThat(answer.text()).isEqualTo(line);
    assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
    assertThat(use.accepted()).isPositive();
    assertThat(runner.longest).isEqualTo(prompt.length + line.length());
  }

  @Test
  void noMoreIsFedThanBelongsToTheAnswer() {
    for (int bound = 1; bound < 30; bound++) {
      String line = "abcdefgh";
      var answer = assertSame(say(line, bound), echo(line)).getFirst();
      assertThat(answer.ids()).hasSize(bound);
      assertThat(runner.longest).isLessThanOrEqualTo(3 * line.length() + bound - 1);
    }
    assertThat(use.accepted()).isPositive();
  }

  @Test
  void anAnswerEndsWhereTheWindowDoes() {
    for (int length = WINDOW - 24; length < WINDOW; length++) {
      int[] prompt = new int[length];
      Arrays.setAll(prompt, i -> 'a' + i % 5);
      var params = new SamplingParams(0, 1, 0, 1, 1_000, List.of());
      var answer =
          assertSame(List.of(new GenerationRequest("v0", prompt, params)), (_, t) -> next(t, 5))
              .getFirst();
      assertThat(answer.ids()).hasSize(WINDOW - length);
      assertThat(answer.reason()).isEqualTo(FinishReason.LENGTH);
    }
  }

  @Test
  void aListenerThatCancelsHearsNoMoreOfADraft() {
    String line = "abcdefghij";
    start(echo(line), Speculation.ALWAYS, Integer.MAX_VALUE);
    for (int last = 1; last < 25; last++) {
      var answer = new Answer();
      var generation = new AtomicReference<Generation>();
      var heard = new ArrayList<TokenEvent>();
      int bound = last;
      var request = say(line, 100).getFirst();
      var other = new Answer();
      synchronized (generation) {
        generation.set(
            engine.submit(
                request,
                event -> {
                  synchronized (generation) {
                    heard.add(event);
                    if (heard.size() == bound) {
                      generation.get().cancel();
                    }
                  }
                  answer.accept(event);
                }));
      }
      engine.submit(request, other);
      assertThat(answer.reason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(answer.ids()).hasSize(last);
      assertThat(other.ids()).hasSize(100);
    }
    stop();
  }

  @Test
  void draftsTakeNoMemoryFromAnybody() {
    String line = "abcdefghijklmnop";
    int length = 3 * line.length() + 60;
    var requests = List.of(say(line, 61).getFirst(), say(line, 61).getFirst());
    // To the last token of two answers; a third one waits.
    var drafted = run(requests, echo(line), Speculation.ALWAYS, 2 * length);
    assertThat(preemptions).isZero();
    assertThat(use.accepted()).isGreaterThan(60);
    assertThat(drafted).allMatch(answer -> answer.ids().length == 61);
    assertThat(runner.longest).isEqualTo(length);
  }

  @Test
  void whoLostItsPlaceGoesOnDrafting() {
    var random = new SplittableRandom(5);
    var requests = new ArrayList<GenerationRequest>();
    for (int i = 0; i < 12; i++) {
      var params = new SamplingParams(i % 2, 1, 0, i, 150, List.of());
      requests.add(new GenerationRequest("v" + i % 2, letters(random), params));
    }
    var ample = run(requests, (_, tokens) -> markov(9, tokens), Speculation.OFF);
    var scarce = run(requests, (_, tokens) -> markov(9, tokens), Speculation.ALWAYS, 300);
    assertThat(preemptions).isPositive();
    assertThat(use.accepted()).isPositive();
    for (int i = 0; i < requests.size(); i++) {
      assertThat(scarce.get(i).ids()).isEqualTo(ample.get(i).ids());
    }
  }

  @Test
  void whatCannotBeDrawnBehindADraftEndsItsOwnAnswerAlone() {
    float[] nothing = new float[ByteTokenizer.VOCABULARY];
    Arrays.fill(nothing, Float.NaN);
    String line = "abcdefgh";
    var echo = echo(line);
    BiFunction<Integer, int[], float[]> broken =
        (version, tokens) ->
            version == 1 && tokens.length > 40 ? nothing : echo.apply(version, tokens);
    var whole = say(line, 50).getFirst();
    var requests = List.of(new GenerationRequest("v1", whole.prompt(), whole.sampling()), whole);
    var answers = run(requests, broken, Speculation.ALWAYS);
    assertThat(answers.getFirst().end()).isInstanceOf(TokenEvent.Failed.class);
    assertThat(answers.getFirst().ids()).hasSize(41 - 24);
    assertThat(answers.get(1).ids()).hasSize(50);
  }

  private List<Answer> assertSame(
      List<GenerationRequest> requests, BiFunction<Integer, int[], float[]> network) {
    var plain = run(requests, network, Speculation.OFF);
    assertThat(use).isEqualTo(new SpeculationUse(0, 0, 0));
    var now = run(requests, network, Speculation.AUTO);
    var drafted = run(requests, network, Speculation.ALWAYS);
    for (int i = 0; i < requests.size(); i++) {
      assertThat(now.get(i).events()).isEqualTo(plain.get(i).events());
      assertThat(drafted.get(i).events()).isEqualTo(plain.get(i).events());
    }
    return drafted;
  }

  private List<Answer> run(
      List<GenerationRequest> requests,
      BiFunction<Integer, int[], float[]> network,
      Speculation speculation) {
    return run(requests, network, speculation, Integer.MAX_VALUE);
  }

  private List<Answer> run(
      List<GenerationRequest> requests,
      BiFunction<Integer, int[], float[]> network,
      Speculation speculation,
      int memory) {
    start(network, speculation, memory);
    var answers = new ArrayList<Answer>();
    for (GenerationRequest request : requests) {
      answers.add(new Answer());
      engine.submit(request, answers.getLast());
    }
    answers.forEach(Answer::end);
    use = engine.speculationUse();
    preemptions = engine.preemptions();
    stop();
    return answers;
  }

  private void start(
      BiFunction<Integer, int[], float[]> network, Speculation speculation, int memory) {
    runner = new FixedLogitsRunner(SLOTS, WINDOW, network);
    runner.memory = memory;
    var limits = new EngineLimits(10_000, SLOTS, 64, 16).with(speculation);
    engine = new InferenceEngine(runner, ByteTokenizer::new, END, limits);
    engine.open("v0", 0);
    engine.open("v1", 1);
  }

  private void stop() {
    engine.drain(Duration.ofSeconds(10));
    assertThat(runner.closed).isTrue();
  }

  /** A prompt that has the line three times. */
  private static List<GenerationRequest> say(String line, int count, String... stops) {
    var params = new SamplingParams(0, 1, 0, 1, count, List.of(stops));
    return List.of(new GenerationRequest("v0", ByteTokenizer.encode(line.repeat(3)), params));
  }

  /** Says the line again and again. */
  private static BiFunction<Integer, int[], float[]> echo(String line) {
    return cycling(ByteTokenizer.encode(line));
  }

  private static BiFunction<Integer, int[], float[]> cycling(int[] line) {
    return (_, tokens) -> certain(line[tokens.length % line.length]);
  }

  private static float[] next(int[] tokens, int period) {
    return certain('a' + tokens.length % period);
  }

  private static float[] certain(int token) {
    return FixedLogitsRunner.certain(token, ByteTokenizer.VOCABULARY);
  }

  private static int[] letters(SplittableRandom random) {
    return IntStream.generate(() -> 'a' + random.nextInt(4))
        .limit(4 + random.nextInt(60))
        .toArray();
  }

  /** By the last two tokens mostly, so that what was said is said again; by all of them a bit. */
  private static float[] markov(int seed, int[] tokens) {
    int last = tokens[tokens.length - 1] * 31 + tokens[Math.max(0, tokens.length - 2)];
    var often = new SplittableRandom(seed * 1_000L + last);
    var ever = new SplittableRandom(Arrays.hashCode(tokens));
    float[] logits = new float[ByteTokenizer.VOCABULARY];
    Arrays.fill(logits, -9);
    for (int i = 0; i < 6; i++) {
      logits['a' + i] = 3 * (float) often.nextGaussian() + (float) ever.nextGaussian() / 2;
    }
    if (ever.nextInt(60) == 0) {
      logits[ByteTokenizer.END] = 4;
    }
    return logits;
  }

  /** Three letters, likelier the nearer they are to following the last one. */
  private static float[] ofThree(int[] tokens) {
    float[] logits = new float[ByteTokenizer.VOCABULARY];
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    for (int token = 'a'; token <= 'c'; token++) {
      logits[token] = (float) Math.log(probability(tokens[tokens.length - 1], token));
    }
    return logits;
  }

  private static double probability(int last, int token) {
    return new double[] {0.2, 0.5, 0.3}[(token - last + 3) % 3];
  }
}
