package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.CacheMemory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose beginning was computed before is copied, and answers as if it had not been. */
class PrefixCacheTest {
  private static final int BLOCK = CacheMemory.BLOCK;
  private static final int WINDOW = 512;
  private static final String SYSTEM = "You are a helpful assistant who likes short answers. ";

  private final CountDownLatch go = new CountDownLatch(1);
  private final List<String> versions = new CopyOnWriteArrayList<>();
  private FixedLogitsRunner runner;
  private InferenceEngine engine;

  @AfterEach
  void stop() {
    go.countDown();
    engine.drain(Duration.ofSeconds(10));
  }

  @Test
  void twoConversationsShareTheirSystemPrompt() {
    start(64);
    go.countDown();
    var first = submit("base", SYSTEM + "What is a cat?", 20);
    assertThat(cached(first)).isZero();
    var second = submit("base", SYSTEM + "Is it raining in here?", 20);
    assertThat(cached(second)).isEqualTo(whole(SYSTEM.length()));
    assertThat(second.text()).isEqualTo(alone("base", SYSTEM + "Is it raining in here?", 20));
    assertThat(engine.prefixUse().hits()).isEqualTo(1);
    assertThat(engine.prefixUse().cachedTokens()).isEqualTo(whole(SYSTEM.length()));
  }

  @Test
  void theNextQuestionFindsTheConversationSoFar() {
    start(64);
    go.countDown();
    String before = SYSTEM + "Tell me something.";
    String answer = submit("base", before, 60).text();
    String next = before + answer + " And then?";
    var second = submit("base", next, 20);
    // The last token of an answer is drawn and never fed.
    assertThat(cached(second)).isEqualTo(whole(before.length() + answer.length() - 1));
    assertThat(second.text()).isEqualTo(alone("base", next, 20));
  }

  @Test
  void oneTokenIsAlwaysLeftToBeFed() {
    start(64);
    go.countDown();
    String prompt = "x".repeat(2 * BLOCK);
    assertThat(submit("base", prompt, 5).text()).isEqualTo(alone("base", prompt, 5));
    var again = submit("base", prompt, 5);
    assertThat(cached(again)).isEqualTo(BLOCK);
    assertThat(again.text()).isEqualTo(alone("base", prompt, 5));
  }

  @Test
  void theSamePromptSeveralTimesAtOnceIsComputedOnce() {
    start(64);
    var others =
        List.of(
            submit("base", SYSTEM + "Why?", 10),
            submit("base", SYSTEM + "Why?", 10),
            submit("base", SYSTEM + "Why?", 10));
    go.countDown();
    assertThat(others.stream().map(Answer::text)).containsOnly(alone("base", SYSTEM + "Why?", 10));
    assertThat(others.stream().map(PrefixCacheTest::cached))
        .containsExactly(0, whole(SYSTEM.length()), whole(SYSTEM.length()));
  }

  @Test
  void versionsShareNothing() {
    start(64);
    go.countDown();
    String prompt = SYSTEM + "Hello?";
    assertThat(submit("base", prompt, 20).text()).isEqualTo(alone("base", prompt, 20));
    var other = submit("other", prompt, 20);
    assertThat(cached(other)).isZero();
    assertThat(other.text())
        .isEqualTo(alone("other", prompt, 20))
        .isNotEqualTo(alone("base", prompt, 20));
    assertThat(cached(submit("other", prompt, 20))).isEqualTo(whole(SYSTEM.length()));
    int before = engine.cacheUse().stored();
    engine.retire("other");
    submit("base", "Good bye", 1).text();
    assertThat(engine.cacheUse().stored()).isLessThan(before);
    open("other");
    assertThat(cached(submit("other", prompt, 20))).isZero();
  }

  @Test
  void aSmallStoreForgetsWhatIsUsedLeast() {
    start(2);
    go.countDown();
    String first = "a".repeat(2 * BLOCK + 1);
    String second = "b".repeat(2 * BLOCK + 1);
    assertThat(cached(submit("base", first, 1))).isZero();
    assertThat(cached(submit("base", first, 1))).isEqualTo(2 * BLOCK);
    assertThat(cached(submit("base", second, 1))).isZero();
    assertThat(engine.cacheUse().stored()).isEqualTo(2);
    assertThat(cached(submit("base", second, 1))).isEqualTo(2 * BLOCK);
    var again = submit("base", first, 30);
    assertThat(cached(again)).isZero();
    assertThat(again.text()).isEqualTo(alone("base", first, 30));
  }

  @Test
  void itCanBeSwitchedOff() {
    start(0);
    go.countDown();
    submit("base", SYSTEM, 10).text();
    assertThat(cached(submit("base", SYSTEM, 10))).isZero();
    assertThat(engine.cacheUse().stored()).isZero();
    assertThat(runner.stored).isEmpty();
  }

  @Test
  void afterAFailureNothingThatWasStoredIsTrusted() {
    start(64);
    go.countDown();
    submit("base", SYSTEM + "One?", 5).text();
    assertThat(engine.cacheUse().stored()).isPositive();
    assertThat(submit("base", SYSTEM + "!", 5).end()).isInstanceOf(TokenEvent.Failed.class);
    var after = submit("base", SYSTEM + "One?", 5);
    assertThat(cached(after)).isZero();
    assertThat(after.text()).isEqualTo(alone("base", SYSTEM + "One?", 5));
  }

  private void start(int blocks) {
    var limits = new EngineLimits(8, 4, 64, 64).with(new CachePlan(1_000, blocks));
    runner =
        new FixedLogitsRunner(4, WINDOW, (number, tokens) -> logits(versions.get(number), tokens));
    engine = new InferenceEngine(runner, ByteTokenizer::new, new int[] {ByteTokenizer.END}, limits);
    open("base");
    open("other");
  }

  private void open(String version) {
    versions.add(version);
    engine.open(version, versions.size() - 1);
  }

  private float[] logits(String version, int[] tokens) {
    await();
    if (tokens[tokens.length - 1] == '!') {
      throw new IllegalStateException("broken");
    }
    return next(version, tokens);
  }

  /** A letter that depends on every token before it. */
  private static float[] next(String version, int[] tokens) {
    int hash = version.hashCode();
    for (int token : tokens) {
      hash = hash * 31 + token;
    }
    return FixedLogitsRunner.certain(
        'a' + Math.floorMod(hash ^ hash >>> 15, 26), ByteTokenizer.VOCABULARY);
  }

  private static String alone(String version, String prompt, int count) {
    var text = new StringBuilder(prompt);
    for (int i = 0; i < count; i++) {
      float[] logits = next(version, ByteTokenizer.encode(text.toString()));
      for (int letter = 'a'; letter <= 'z'; letter++) {
        if (logits[letter] > 0) {
          text.append((char) letter);
        }
      }
    }
    return text.substring(prompt.length());
  }

  private Answer submit(String version, String prompt, int maxNewTokens) {
    var answer = new Answer();
    var params = new SamplingParams(0, 1, 0, 1, maxNewTokens, List.of());
    engine.submit(new GenerationRequest(version, ByteTokenizer.encode(prompt), params), answer);
    return answer;
  }

  private static int cached(Answer answer) {
    return ((TokenEvent.Finished) answer.end()).cachedTokens();
  }

  private static int whole(int tokens) {
    return tokens - tokens % BLOCK;
  }

  private void await() {
    try {
      go.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
