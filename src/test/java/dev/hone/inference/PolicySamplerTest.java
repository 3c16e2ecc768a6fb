package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.hone.inference.PolicySampler.Bounds;
import dev.hone.inference.PolicySampler.Drawing;
import dev.hone.model.AnswerBatch;
import dev.hone.model.Architecture;
import dev.hone.model.CacheMemory;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Precision;
import dev.hone.model.SmallModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicySamplerTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final Architecture NET = MODEL.architecture();
  private static final int WINDOW = 128;
  private static final Bounds AMPLE = Bounds.ample(4, WINDOW, NET);
  private static final Drawing GREEDY = new Drawing(0, 30, new int[] {});
  private static final Drawing WARM = new Drawing(1.2, 30, new int[] {});

  private NDManager manager;
  private PolicySampler sampler;

  @BeforeEach
  void open() {
    manager = Torch.manager();
    sampler = sampler(Precision.F32);
  }

  private PolicySampler sampler(Precision precision) {
    return new PolicySampler(manager, MODEL.folder(), precision, AMPLE);
  }

  @AfterEach
  void close() {
    sampler.close();
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32_PREPACKED", "INT8"})
  void theSameSeedsGiveTheSameAnswersToTheBitWhateverWasSampledBefore(Precision precision) {
    try (var one = sampler(precision);
        var fresh = sampler(precision)) {
      var first = sample(one, prompts(9), WARM);
      var other = sample(one, prompts(3), GREEDY);
      assertSame(sample(one, prompts(9), WARM), first);
      assertSame(sample(fresh, prompts(9), WARM), first);
      assertThat(first.getFirst().tokens()).isNotEqualTo(other.getFirst().tokens());
    }
  }

  @Test
  void samplesOfOnePromptDifferByTheirSeedsAlone() {
    var prompt = prompt(70, 1);
    var answers =
        sampler.sample(List.of(prompt, prompt, prompt), new long[] {1, 2, 1}, WARM, _ -> {});
    assertThat(answers.get(1).tokens()).isNotEqualTo(answers.get(0).tokens());
    assertThat(answers.get(2).tokens()).isEqualTo(answers.get(0).tokens());
  }

  @Test
  void sevenInABatchAreAnsweredLikeEachAlone() {
    var prompts = prompts(7);
    var together = sample(sampler, prompts, GREEDY);
    for (int i = 0; i < prompts.size(); i++) {
      var alone = sample(sampler, List.of(prompts.get(i)), GREEDY).getFirst();
      assertThat(together.get(i).tokens()).isEqualTo(alone.tokens());
    }
  }

  @Test
  void scarceMemoryChangesNoAnswer() {
    long window = (long) CacheMemory.blocksOf(WINDOW) * CacheMemory.BLOCK;
    var scarce = new Bounds(4, WINDOW, window * NET.cacheBytesPerToken());
    var prompts = prompts(7);
    try (var small = new PolicySampler(manager, MODEL.folder(), Precision.F32, scarce)) {
      var answers = sample(small, prompts, GREEDY);
      var expected = sample(sampler, prompts, GREEDY);
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(answers.get(i).tokens()).isEqualTo(expected.get(i).tokens());
      }
    }
  }

  @Test
  void aNewAdapterIsAnotherPolicyAndTheSameAsInAFreshSampler() {
    var base = sample(sampler, prompts(5), WARM);
    try (var adapter = adapter();
        var fresh = sampler(Precision.F32)) {
      sampler.use(Optional.of(adapter));
      fresh.use(Optional.of(adapter));
      var adapted = sample(sampler, prompts(5), WARM);
      assertThat(adapted.getFirst().tokens()).isNotEqualTo(base.getFirst().tokens());
      assertSame(sample(fresh, prompts(5), WARM), adapted);
      sampler.use(Optional.empty());
      assertSame(sample(sampler, prompts(5), WARM), base);
    }
  }

  @Test
  void thePolicyIsTheAdapterAsItWasWhenItWasGiven() {
    try (var adapter = adapter()) {
      sampler.use(Optional.of(adapter));
      var before = sample(sampler, prompts(2), WARM);
      adapter.matrices().forEach(matrix -> matrix.muli(3));
      assertSame(sample(sampler, prompts(2), WARM), before);
      sampler.use(Optional.of(adapter));
      var after = sample(sampler, prompts(2), WARM);
      assertThat(after.getFirst().tokens()).isNotEqualTo(before.getFirst().tokens());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.6})
  void logProbsAreTheTrainersOfTheSameTokens(double temperature) {
    var prompts = prompts(5);
    try (NDManager step = manager.newSubManager();
        var adapter = adapter();
        var network = MODEL.load(manager, Precision.F32);
        var policy = network.adapted(Optional.of(adapter))) {
      sampler.use(Optional.of(adapter));
      var answers = sample(sampler, prompts, new Drawing(temperature, 25, new int[] {}));
      for (int i = 0; i < prompts.size(); i++) {
        var answer = answers.get(i);
        assertThat(answer.tokens()).hasSize(25);
        var branches = List.of(new AnswerBatch.Branches(prompts.get(i), answer.tokens()));
        var batch = new AnswerBatch(branches, AnswerBatch.Reading.BEFORE, temperature);
        assertThat(answer.logProbs())
            .containsExactly(policy.answerLogProbs(step, batch).toFloatArray(), within(1e-4f));
      }
    }
  }

  @Test
  void anAnswerEndsWithAnEndOfTurnOrAtItsBound() {
    var prompts = List.of(prompt(9, 1));
    var bounded = sample(sampler, prompts, GREEDY).getFirst();
    assertThat(bounded.tokens()).hasSize(30);
    assertThat(bounded.ended()).isFalse();
    int end = bounded.tokens()[4];
    var ended = sample(sampler, prompts, new Drawing(0, 30, new int[] {end})).getFirst();
    int first = 0;
    while (bounded.tokens()[first] != end) {
      first++;
    }
    assertThat(ended.tokens()).isEqualTo(Arrays.copyOf(bounded.tokens(), first + 1));
    assertThat(ended.logProbs()).hasSize(first + 1);
    assertThat(ended.ended()).isTrue();
  }

  @Test
  void aFullWindowEndsAnAnswerToo() {
    var answer = sample(sampler, List.of(prompt(120, 1)), GREEDY).getFirst();
    assertThat(answer.tokens()).hasSize(8);
    assertThat(answer.ended()).isFalse();
  }

  @Test
  void whatTheWatcherThrowsEndsTheSamplingAndLeavesNothingOpen() {
    sample(sampler, prompts(5), WARM);
    int before = sampler.openResources();
    for (int round = 0; round < 3; round++) {
      assertThatThrownBy(() -> sampler.sample(prompts(5), seeds(5), WARM, cancelAfter(20)))
          .hasMessage("enough");
      assertThat(sampler.openResources()).isEqualTo(before);
    }
    try (var fresh = sampler(Precision.F32)) {
      assertSame(sample(sampler, prompts(5), WARM), sample(fresh, prompts(5), WARM));
    }
  }

  private static Consumer<SamplingProgress> cancelAfter(int tokens) {
    return progress -> {
      if (progress.tokens() >= tokens) {
        throw new IllegalArgumentException("enough");
      }
    };
  }

  @Test
  void theWatcherIsToldOfEveryTokenUpToTheLast() {
    var reports = new ArrayList<SamplingProgress>();
    sampler.sample(prompts(6), seeds(6), GREEDY, reports::add);
    assertThat(reports.getFirst().tokens()).isZero();
    assertThat(reports.getFirst().tokensPerSecond()).isZero();
    assertThat(reports).extracting(SamplingProgress::tokens).isSorted();
    var last = reports.getLast();
    assertThat(last.tokens()).isEqualTo(6 * 30);
    assertThat(last.ended()).isEqualTo(last.answers()).isEqualTo(6);
    assertThat(last.tokensPerSecond()).isPositive();
  }

  @Test
  void whatCannotBeSampledIsRefused() {
    var tooLong = List.of(prompt(4, 1), prompt(WINDOW, 1));
    assertThatThrownBy(() -> sample(sampler, tooLong, GREEDY))
        .isInstanceOf(ContextLengthExceededException.class);
    assertThatThrownBy(() -> sampler.sample(prompts(2), seeds(3), GREEDY, _ -> {}))
        .hasMessage("2 prompts have 3 seeds");
    var little = new Bounds(4, WINDOW, 100);
    assertThatThrownBy(() -> new PolicySampler(manager, MODEL.folder(), Precision.F32, little))
        .hasMessage("100 bytes of keys and values are less than a window of 128 tokens takes");
    assertThat(sampler.sample(List.of(), seeds(0), GREEDY, _ -> {})).isEmpty();
  }

  @Test
  void aPolicyThatIsNoNumberAnyMoreSaysSo() {
    try (var adapter = adapter()) {
      adapter.matrices().getLast().set(new NDIndex(0, 0), Float.NaN);
      sampler.use(Optional.of(adapter));
      assertThatThrownBy(() -> sample(sampler, prompts(2), WARM))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the network's logits are not finite");
    }
  }

  private LoraAdapter adapter() {
    return LoraAdapter.load(manager, MODEL.folder().resolve("published"), NET);
  }

  private static List<SampledAnswer> sample(
      PolicySampler sampler, List<int[]> prompts, Drawing drawing) {
    return sampler.sample(prompts, seeds(prompts.size()), drawing, _ -> {});
  }

  private static long[] seeds(int count) {
    return LongStream.range(100, 100 + count).toArray();
  }

  private static void assertSame(List<SampledAnswer> actual, List<SampledAnswer> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).tokens()).isEqualTo(expected.get(i).tokens());
      assertThat(actual.get(i).logProbs()).isEqualTo(expected.get(i).logProbs());
    }
  }

  /** Every third begins like the one before. */
  private static List<int[]> prompts(int count) {
    var prompts = new ArrayList<int[]>();
    for (int i = 0; i < count; i++) {
      prompts.add(prompt(3 + 17 * i % 80, i - i % 3 / 2));
    }
    return prompts;
  }

  private static int[] prompt(int length, int seed) {
    int[] prompt = new int[length];
    Arrays.setAll(prompt, i -> (i * 13 + seed * 7 + 1) % NET.vocabulary());
    return prompt;
  }
}
