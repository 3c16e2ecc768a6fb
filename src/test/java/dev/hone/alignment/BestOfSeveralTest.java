package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.reward.BestOfN;
import dev.hone.alignment.sft.Sft;
import dev.hone.alignment.sft.SftSettings;
import dev.hone.inference.PolicySampler;
import dev.hone.inference.PolicySampler.Bounds;
import dev.hone.inference.PolicySampler.Drawing;
import dev.hone.inference.Torch;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Precision;
import dev.hone.model.SmallModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rejection sampling with the small model: low ids are rewarded, and every eighth id ends an
 * answer, so that most end by themselves.
 */
class BestOfSeveralTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final int PROMPTS = 96;
  private static final int EACH = 8;

  private final SplittableRandom random = new SplittableRandom(11);

  @TempDir Path folder;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = Torch.manager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void learningTheBestOfSeveralAnswersRaisesTheRewardOfWhatIsSampled() {
    var settings = SmallTraining.settings("Answers");
    settings.put("learningRate", "0.05");
    settings.put("epochs", "10");
    settings.put("maxSteps", "48");
    var bounds = Bounds.ample(64, 32, MODEL.architecture());
    try (var sampler = new PolicySampler(manager, MODEL.folder(), Precision.F32, bounds)) {
      var prompts = prompts();
      var drawn = draws(sampler, "base", prompts);
      var scored =
          IntStream.range(0, prompts.size())
              .mapToObj(i -> new BestOfN.Drawn(prompts.get(i), graded(drawn, i)))
              .toList();
      var best = BestOfN.choose(scored).demonstrations();
      assertThat(best).hasSizeGreaterThan(PROMPTS * 3 / 4);
      var sft = new Sft(SftSettings.of(settings));
      Path candidate = new SmallTraining(manager, folder).train(sft, best);

      var unseen = prompts();
      double before = reward(draws(sampler, "base", unseen));
      try (var learnt = LoraAdapter.load(manager, candidate, MODEL.architecture())) {
        sampler.use(Optional.of(learnt));
      }
      double after = reward(draws(sampler, "learnt", unseen));
      assertThat(after).isGreaterThan(before + 0.05);
    }
  }

  private List<int[]> prompts() {
    return Stream.generate(() -> random.ints(random.nextInt(3, 8), 0, 64).toArray())
        .limit(PROMPTS)
        .toList();
  }

  private List<List<AnswerDraws.Draw>> draws(
      PolicySampler sampler, String policy, List<int[]> prompts) {
    int[] ends = IntStream.range(0, 64).filter(id -> id % 8 == 0).toArray();
    var order = new AnswerDraws.Order(policy, prompts, EACH, new Drawing(1, 8, ends), 1);
    return new AnswerDraws(folder.resolve("draws"), order).draw(sampler, _ -> {});
  }

  private static List<BestOfN.Scored> graded(List<List<AnswerDraws.Draw>> drawn, int prompt) {
    return drawn.get(prompt).stream()
        .map(draw -> new BestOfN.Scored(draw.tokens(), draw.ended(), reward(draw.tokens())))
        .toList();
  }

  private static double reward(List<List<AnswerDraws.Draw>> drawn) {
    return drawn.stream()
        .flatMap(List::stream)
        .mapToDouble(draw -> reward(draw.tokens()))
        .average()
        .orElseThrow();
  }

  /** Share of low ids. */
  private static double reward(int[] answer) {
    return Arrays.stream(answer).filter(id -> id < 32).count() / (double) answer.length;
  }
}
