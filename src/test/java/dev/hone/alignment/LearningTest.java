package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.dpo.Dpo;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.alignment.kto.Kto;
import dev.hone.alignment.kto.KtoSettings;
import dev.hone.alignment.sft.Sft;
import dev.hone.alignment.sft.SftSettings;
import dev.hone.inference.Torch;
import dev.hone.model.SmallModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What whole trainings of the small model learn of a rule, by what they make of prompts and answers
 * that they have not seen: answers of low ids are good, those of high ids are not.
 */
class LearningTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final int VOCABULARY = 64;
  private static final int MIDDLE = VOCABULARY / 2;
  private static final int STEPS = 24;
  private static final int BATCH = SmallTraining.BATCH;
  private static final int HELD_OUT = 60;

  private final SplittableRandom random = new SplittableRandom(11);

  @TempDir Path folder;

  private NDManager manager;
  private SmallTraining training;

  @BeforeEach
  void open() {
    manager = Torch.manager();
    training = new SmallTraining(manager, folder);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss=sigmoid",
        "loss=sigmoid lengthWeight=0.3",
        "loss=sigmoid_norm beta=2",
        "loss=hinge",
        "loss=ipo",
        "loss=robust",
        "loss=simpo beta=2",
        "loss=orpo beta=1"
      })
  void everyMemberOfTheFamilyLearnsWhatIsPreferred(String set) {
    var settings = SmallTraining.settings("Pairs");
    settings.putAll(SettingsText.read(set));
    training.train(new Dpo(DpoSettings.of(settings)), pairs(STEPS * BATCH));

    var heldOut = scored(pairs(HELD_OUT));
    assertThat(share(heldOut, LearningTest::margin)).isGreaterThan(0.85);
    assertThat(mean(heldOut, LearningTest::margin)).isGreaterThan(2);
  }

  @Test
  void ktoTellsGoodAnswersFromBadOnes() {
    var settings = SmallTraining.settings("Answers");
    settings.put("beta", "0.3");
    var judged = new ArrayList<TokenAnswer>();
    for (TokenPair pair : pairs(STEPS * BATCH)) {
      boolean good = random.nextBoolean();
      judged.add(TokenAnswer.of(pair.prompt(), good ? pair.chosen() : pair.rejected(), good));
    }
    training.train(new Kto(KtoSettings.of(settings)), judged);

    var heldOut = scored(pairs(HELD_OUT));
    assertThat(share(heldOut, LearningTest::margin)).isGreaterThan(0.8);
    assertThat(mean(heldOut, LearningTest::chosenRatio)).isGreaterThan(1);
    assertThat(mean(heldOut, LearningTest::rejectedRatio)).isLessThan(-1);
  }

  @Test
  void sftMakesDemonstrationsLikelier() {
    var shown =
        pairs(STEPS * BATCH).stream()
            .map(pair -> TokenAnswer.of(pair.prompt(), pair.chosen(), true))
            .toList();
    training.train(new Sft(SftSettings.of(SmallTraining.settings("Answers"))), shown);

    // Of like length, so that neither kind of answer is likelier for being short.
    var heldOut = scored(Stream.generate(() -> pair(8, 8)).limit(HELD_OUT).toList());
    double before = mean(heldOut, score -> -score.referenceChosen() / score.chosenTokens());
    double after = mean(heldOut, score -> -score.policyChosen() / score.chosenTokens());
    assertThat(after).isLessThan(before - 0.3);
    assertThat(share(heldOut, score -> score.referenceChosen() - score.referenceRejected()))
        .isLessThan(0.8);
    assertThat(share(heldOut, score -> score.policyChosen() - score.policyRejected()))
        .isGreaterThan(0.9);
  }

  /** By the candidate and by the base. */
  private List<PairScore> scored(List<TokenPair> pairs) {
    var candidate = Optional.of(folder.resolve("candidate"));
    try (var scorer = new PairScorer(manager, MODEL.folder(), candidate, Optional.empty())) {
      return scorer.score(pairs);
    }
  }

  private static double margin(PairScore score) {
    return chosenRatio(score) - rejectedRatio(score);
  }

  private static double chosenRatio(PairScore score) {
    return score.policyChosen() - score.referenceChosen();
  }

  private static double rejectedRatio(PairScore score) {
    return score.policyRejected() - score.referenceRejected();
  }

  private static double share(List<PairScore> scores, ToDoubleFunction<PairScore> difference) {
    return mean(scores, score -> difference.applyAsDouble(score) > 0 ? 1 : 0);
  }

  private static double mean(List<PairScore> scores, ToDoubleFunction<PairScore> of) {
    return scores.stream().mapToDouble(of).average().orElseThrow();
  }

  private List<TokenPair> pairs(int count) {
    return IntStream.range(0, count).mapToObj(i -> pair(7 + i % 3, 6 + i % 5)).toList();
  }

  private TokenPair pair(int chosen, int rejected) {
    return TokenPair.of(
        ids(random.nextInt(3, 10), 0, VOCABULARY),
        ids(chosen, 0, MIDDLE),
        ids(rejected, MIDDLE, VOCABULARY));
  }

  private int[] ids(int count, int from, int to) {
    return random.ints(count, from, to).toArray();
  }
}
