package dev.hone.alignment;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.dpo.Dpo;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.alignment.kto.Kto;
import dev.hone.alignment.kto.KtoSettings;
import dev.hone.alignment.sft.Sft;
import dev.hone.alignment.sft.SftSettings;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Precision;
import dev.hone.model.Safetensors;
import dev.hone.model.SmallModel;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A step's gradients by A and B, against plain PyTorch (src/test/python/gradients.py) and against
 * TRL's own trainers, with their figures (src/test/python/trl_golden.py).
 */
class GradientsTest {
  private static final double EXACT = 1e-5;
  private static final String PYTORCH = "golden/dpo/gradients.safetensors";
  private static final String TRL = "golden/trl/steps.safetensors";
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final Kto KTO =
      new Kto(
          KtoSettings.of(
              Map.of("desirableWeight", "1.25", "undesirableWeight", "1.5", "beta", "0.3")));

  @TempDir Path folder;

  @Test
  void sftHasTheGradientsOfPytorch() {
    assertGradients(PYTORCH, "sft", new Sft(SftSettings.of(Map.of())), GoldenExamples.ANSWERS);
  }

  /** Every third token, from the second on, is not the assistant's. */
  @Test
  void whatOthersSayBetweenIsReadAndNotLearnt() {
    var turns =
        GoldenExamples.ANSWERS.stream()
            .map(
                shown -> {
                  boolean[] learnt = new boolean[shown.answer().length];
                  for (int i = 0; i < learnt.length; i++) {
                    learnt[i] = i % 3 != 1;
                  }
                  return TokenAnswer.of(shown.prompt(), shown.answer(), true, learnt);
                })
            .toList();
    assertGradients(PYTORCH, "turns", new Sft(SftSettings.of(Map.of())), turns);
  }

  @Test
  void ktoHasTheGradientsOfPytorch() {
    var figures = assertGradients(PYTORCH, "kto", KTO, GoldenExamples.ANSWERS.subList(1, 5));
    assertThat(figures.metrics().get("kl")).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "sigmoid_norm, beta=2 labelSmoothing=0.1 loss=sigmoid_norm",
    "hinge, beta=0.3 loss=hinge",
    "ipo, beta=0.3 loss=ipo",
    "robust, beta=0.3 labelSmoothing=0.1 loss=robust",
    "simpo, beta=2 labelSmoothing=0.1 targetMargin=0.5 loss=simpo",
    "orpo, beta=0.1 loss=orpo",
    "length, beta=0.3 labelSmoothing=0.1 lengthWeight=0.3"
  })
  void everyMemberOfTheDpoFamilyHasTheGradientsOfPytorch(String name, String set) {
    assertGradients(PYTORCH, name, dpo(set), GoldenExamples.PAIRS);
  }

  private static Dpo dpo(String set) {
    return new Dpo(DpoSettings.of(SettingsText.read(set)));
  }

  @ParameterizedTest
  @CsvSource({
    "sigmoid, beta=0.3 labelSmoothing=0",
    "hinge, beta=0.3 loss=hinge",
    "robust, beta=0.3 labelSmoothing=0.1 loss=robust",
    "length, beta=0.3 labelSmoothing=0 lengthWeight=0.3"
  })
  void lossesOverSumsHaveTheGradientsAndFiguresOfTrl(String name, String set) {
    var figures = assertGradients(TRL, name, dpo(set), GoldenExamples.PAIRS);
    assertFigures(name, figures, 8);
  }

  /** TRL tells rewards and log-probabilities of these as sums, in which accuracy may differ. */
  @ParameterizedTest
  @CsvSource({"sigmoid_norm, beta=2 labelSmoothing=0 loss=sigmoid_norm", "ipo, beta=0.3 loss=ipo"})
  void lossesOverMeansHaveTheGradientsOfTrl(String name, String set) {
    assertGradients(TRL, name, dpo(set), GoldenExamples.PAIRS);
  }

  @Test
  void ktoHasTheGradientsAndFiguresOfTrl() {
    var figures = assertGradients(TRL, "kto", KTO, GoldenExamples.ANSWERS.subList(1, 5));
    assertFigures("kto", figures, 7);
  }

  @Test
  void sftHasTheGradientsAndFiguresOfTrl() {
    var sft = new Sft(SftSettings.of(Map.of()));
    assertFigures("sft", assertGradients(TRL, "sft", sft, GoldenExamples.ANSWERS), 2);
  }

  /** All of ours that TRL has, and how many these are. */
  private static void assertFigures(String name, Figures figures, int count) {
    int found = 0;
    try (var golden = Safetensors.open(SmallModel.resource(TRL))) {
      for (var figure : figures.metrics().entrySet()) {
        String entry = name + ".metric." + figure.getKey();
        if (golden.names().contains(entry)) {
          assertThat(figure.getValue())
              .as(entry)
              .isCloseTo(values(golden, entry)[0], within(5 * EXACT));
          found++;
        }
      }
    }
    assertThat(found).isEqualTo(count);
  }

  /** The policy is the golden adapter, the reference the base alone. */
  private <E extends TokenExample> Figures assertGradients(
      String file, String name, Algorithm<E> algorithm, List<E> answers) {
    var figures = new Figures();
    try (var manager = NDManager.newBaseManager();
        var golden = Safetensors.open(SmallModel.resource(file));
        var base = MODEL.load(manager, Precision.F32);
        var trained = algorithm.trained(manager, base, "small", adapter(manager));
        var masters = Masters.of(manager, trained, 0, 1)) {
      var frozen =
          new Algorithm.Frozen(
              manager, base, subject -> new ReferenceLogProbs(folder, List.of(subject)));
      var loss =
          algorithm
              .objective(frozen)
              .step(answers, asked -> masters.frozen(pass -> trained.outputs(pass, asked)));
      for (var microBatch : List.of(answers.subList(0, 3), answers.subList(3, answers.size()))) {
        var batch = TokenExample.batch(microBatch);
        masters.accumulate(
            pass -> trained.forward(pass, batch, 0),
            said -> loss.slopes(microBatch, said, figures));
      }

      assertThat(figures.loss()).isCloseTo(values(golden, name + ".loss")[0], within(EXACT));
      for (int i = 0; i < trained.layout().size(); i++) {
        String matrix = trained.layout().get(i).name();
        float[] gradient = trained.masters().get(i).getGradient().toFloatArray();
        assertThat(maxDifference(gradient, values(golden, name + ".grad." + matrix)))
            .as(matrix)
            .isLessThan(EXACT);
        assertThat(maxDifference(gradient, new float[gradient.length])).as(matrix).isPositive();
      }
    }
    return figures;
  }

  private static float[] values(Safetensors golden, String name) {
    return golden.data(name).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  private static LoraAdapter adapter(NDManager manager) {
    return LoraAdapter.load(manager, MODEL.folder().resolve("adapter"), MODEL.architecture());
  }
}
