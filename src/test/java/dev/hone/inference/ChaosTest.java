package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.CacheMemory;
import dev.hone.registry.UnknownModelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything at once: whatever happens, every request ends once, as it would have alone. */
class ChaosTest {
  private static final long SEED = 20_260_807;
  private static final int REQUESTS = 1_000;
  private static final int SLOTS = 8;
  private static final int WINDOW = 256;

  /** Of whom about so many have not ended yet. */
  private static final int RECENT = 24;

  private static final int ONE_IN = 1_200;
  private static final int[] END = {ByteTokenizer.END};

  private final List<String> versions = new CopyOnWriteArrayList<>();

  /** Two windows and a bit, for eight slots. */
  private final CacheMemory memory = new CacheMemory(2 * CacheMemory.blocksOf(WINDOW) + 3);

  private final SplittableRandom failures = new SplittableRandom(SEED);

  private record Sent(GenerationRequest request, Answer answer, Generation generation) {}

  @ParameterizedTest
  @EnumSource(names = {"OFF", "ALWAYS"})
  @Timeout(60)
  void aThousandRequestsEndEachOnceAndAsTheyWouldAlone(Speculation speculation) {
    var limits =
        new EngineLimits(16, SLOTS, 64, 16)
            .with(new CachePlan(memory.blocks(), 20))
            .with(speculation);
    var runner = new HostileRunner(runner(SLOTS), memory, () -> failures.nextInt(ONE_IN) == 0);
    var engine = new InferenceEngine(runner, ByteTokenizer::new, END, limits);
    open(engine, "steady");
    open(engine, "passing");
    var random = new SplittableRandom(SEED);
    var sent = new ArrayList<Sent>();
    int refused = 0;
    for (int i = 0; i < REQUESTS; i++) {
      if (i % 100 == 50) {
        engine.retire("passing");
      } else if (i % 100 == 55) {
        open(engine, "passing");
      }
      if (random.nextInt(8) == 0 && !sent.isEmpty()) {
        int ago = 1 + random.nextInt(Math.min(sent.size(), RECENT));
        sent.get(sent.size() - ago).generation().cancel();
      }
      var request = request(random);
      try {
        sent.add(submitPatiently(engine, request));
      } catch (UnknownModelException e) {
        refused++;
        assertThat(request.version()).isEqualTo("passing");
      }
    }
    var alone = alone(sent);
    var ends = new AtomicInteger[] {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
    for (int i = 0; i < sent.size(); i++) {
      ends[judge(sent.get(i).answer(), alone.get(i))].incrementAndGet();
    }
    assertThat(refused).isLessThan(REQUESTS / 10);
    assertThat(ends[0]).hasValueGreaterThan(REQUESTS / 2);
    assertThat(ends[1]).hasValueGreaterThan(10);
    assertThat(ends[2]).hasPositiveValue();
    assertThat(engine.preemptions()).isGreaterThan(20);
    assertThat(engine.prefixUse().hits()).isGreaterThan(20);
    assertThat(engine.speculationUse().accepted() > 500).isEqualTo(speculation != Speculation.OFF);
    assertThat(engine.running() + engine.queued()).isZero();
    engine.retire("steady");
    engine.retire("passing");
    engine.drain(Duration.ofSeconds(10));
    assertThat(sent).noneMatch(one -> one.answer().disturbed);
    assertThat(engine.cacheUse().stored()).isZero();
    assertThat(runner.blocks()).isZero();
  }

  private FixedLogitsRunner runner(int slots) {
    return new FixedLogitsRunner(
        slots, WINDOW, (number, tokens) -> logits(versions.get(number), tokens));
  }

  private void open(InferenceEngine engine, String version) {
    versions.add(version);
    engine.open(version, versions.size() - 1);
  }

  private static GenerationRequest request(SplittableRandom random) {
    // Few beginnings, so that some are found; many lengths, so that memory runs out.
    int[] prompt = new int[1 + random.nextInt(random.nextInt(4) == 0 ? 180 : 80)];
    int beginning = random.nextInt(6);
    Arrays.setAll(prompt, i -> 'a' + (i * 7 + beginning) % 26);
    prompt[prompt.length - 1] = 'a' + random.nextInt(26);
    int temperature = random.nextInt(2);
    var params =
        new SamplingParams(
            temperature, 0.95, 0, random.nextLong(), 1 + random.nextInt(90), List.of("zz"));
    var request =
        new GenerationRequest(random.nextInt(3) == 0 ? "passing" : "steady", prompt, params);
    return random.nextInt(3) == 0 ? request.with(Priority.BATCH) : request;
  }

  private static Sent submitPatiently(InferenceEngine engine, GenerationRequest request) {
    while (true) {
      try {
        var answer = new Answer();
        return new Sent(request, answer, engine.submit(request, answer));
      } catch (EngineBusyException e) {
        Thread.onSpinWait();
      }
    }
  }

  private List<Answer> alone(List<Sent> sent) {
    var limits = new EngineLimits(2_000, 1, 256, 256);
    var engine = new InferenceEngine(runner(1), ByteTokenizer::new, END, limits);
    open(engine, "steady");
    open(engine, "passing");
    var answers = new ArrayList<Answer>();
    for (Sent one : sent) {
      answers.add(new Answer());
      engine.submit(one.request(), answers.getLast());
    }
    answers.forEach(Answer::end);
    engine.drain(Duration.ofSeconds(10));
    return answers;
  }

  /**
   * @return 0 if it came to its end, 1 if it was cancelled, 2 if the runner broke
   */
  private static int judge(Answer answer, Answer alone) {
    var ends = answer.events().stream().filter(event -> !(event instanceof TokenEvent.Token));
    assertThat(ends).hasSize(1);
    switch (answer.end()) {
      case TokenEvent.Token _ -> throw new AssertionError("an answer without an end");
      case TokenEvent.Failed(var cause) -> {
        assertThat(cause).hasMessage(HostileRunner.BROKEN);
        assertThat(answer.ids()).isEqualTo(Arrays.copyOf(alone.ids(), answer.ids().length));
        return 2;
      }
      case TokenEvent.Finished(var reason, _, _) -> {
        if (reason == FinishReason.CANCELLED) {
          assertThat(answer.ids()).isEqualTo(Arrays.copyOf(alone.ids(), answer.ids().length));
          return 1;
        }
        assertThat(answer.ids()).isEqualTo(alone.ids());
        assertThat(answer.text()).isEqualTo(alone.text());
        assertThat(reason).isEqualTo(alone.reason());
        return 0;
      }
    }
  }

  /**
   * Depends on the version and on every token; some letters are nearly as likely as others, and the
   * one that would follow in a prompt is often likelier.
   */
  private static float[] logits(String version, int[] tokens) {
    int hash = version.hashCode();
    for (int token : tokens) {
      hash = hash * 31 + token;
    }
    var random = new SplittableRandom(hash);
    float[] logits = new float[ByteTokenizer.VOCABULARY];
    Arrays.fill(logits, -50);
    for (int i = 0; i < 4; i++) {
      logits['a' + random.nextInt(26)] = random.nextFloat();
    }
    if (random.nextInt(3) > 0) {
      logits['a' + (tokens[tokens.length - 1] - 'a' + 7) % 26] = 3;
    }
    if (random.nextInt(40) == 0) {
      logits[ByteTokenizer.END] = 3;
    }
    return logits;
  }
}
