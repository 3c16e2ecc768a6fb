package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.SmallModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairScorerTest {
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final Path ADAPTER = MODEL.folder().resolve("adapter");

  private static final Path PUBLISHED = MODEL.folder().resolve("published");

  @TempDir Path folder;

  private final int[] prompt = Arrays.copyOf(MODEL.tokens()[0], 9);
  private final int[] chosen = Arrays.copyOfRange(MODEL.tokens()[1], 3, 20);
  private final int[] rejected = Arrays.copyOfRange(MODEL.tokens()[2], 5, 11);
  private final TokenPair pair = TokenPair.of(prompt, chosen, rejected);
  private final TokenPair turned = TokenPair.of(prompt, rejected, chosen);

  @Test
  void aPairIsScoredAsItsSequencesAre() {
    try (var manager = NDManager.newBaseManager();
        var scorer =
            new PairScorer(manager, MODEL.folder(), Optional.of(ADAPTER), Optional.empty());
        var adapter = LoraAdapter.load(manager, ADAPTER, MODEL.architecture());
        var base = MODEL.load(manager, Precision.F32);
        var policy = base.adapted(Optional.of(adapter))) {
      PairScore score = scorer.score(pair);
      assertThat(score.policyChosen()).isCloseTo(sum(manager, policy, chosen), within(1e-4));
      assertThat(score.policyRejected()).isCloseTo(sum(manager, policy, rejected), within(1e-4));
      assertThat(score.referenceChosen()).isCloseTo(sum(manager, base, chosen), within(1e-4));
      assertThat(score.referenceRejected()).isCloseTo(sum(manager, base, rejected), within(1e-4));
      assertThat(score.chosenTokens()).isEqualTo(17);
      assertThat(score.rejectedTokens()).isEqualTo(6);
      assertThat(score.kl()).isPositive();
    }
  }

  @Test
  void severalAtOnceAreScoredAsOneByOne() {
    try (var manager = NDManager.newBaseManager();
        var scorer =
            new PairScorer(manager, MODEL.folder(), Optional.of(ADAPTER), Optional.empty())) {
      var together = scorer.score(List.of(pair, turned, pair));
      for (int i = 0; i < 3; i++) {
        PairScore alone = scorer.score(i == 1 ? turned : pair);
        assertThat(together.get(i).policyChosen()).isCloseTo(alone.policyChosen(), within(1e-4));
        assertThat(together.get(i).kl()).isCloseTo(alone.kl(), within(1e-4));
      }
    }
  }

  @Test
  void aVersionDoesNotDifferFromItself() {
    try (var manager = NDManager.newBaseManager();
        var scorer =
            new PairScorer(manager, MODEL.folder(), Optional.of(ADAPTER), Optional.of(ADAPTER))) {
      PairScore score = scorer.score(pair);
      assertThat(score.kl()).isZero();
      assertThat(score.policyChosen()).isEqualTo(score.referenceChosen());
      assertThat(score.policyRejected()).isEqualTo(score.referenceRejected());
    }
  }

  @Test
  void fullWeightsAreScoredAsTheAdapterThatTheyHold() {
    Path full = MODEL.merged(ADAPTER, folder);
    for (var other : List.of(Optional.<Path>empty(), Optional.of(PUBLISHED))) {
      PairScore byAdapter = score(Optional.of(ADAPTER), other);
      PairScore asPolicy = score(Optional.of(full), other);
      assertThat(asPolicy.policyChosen()).isCloseTo(byAdapter.policyChosen(), within(1e-3));
      assertThat(asPolicy.referenceChosen()).isCloseTo(byAdapter.referenceChosen(), within(1e-3));
      assertThat(asPolicy.kl()).isCloseTo(byAdapter.kl(), within(1e-3)).isPositive();
      PairScore asReference = score(other, Optional.of(full));
      assertThat(asReference.referenceChosen()).isCloseTo(byAdapter.policyChosen(), within(1e-3));
      assertThat(asReference.policyRejected())
          .isCloseTo(byAdapter.referenceRejected(), within(1e-3));
    }
    assertThat(score(Optional.of(full), Optional.of(full)).kl()).isZero();
  }

  private PairScore score(Optional<Path> policy, Optional<Path> reference) {
    try (var manager = NDManager.newBaseManager();
        var scorer = new PairScorer(manager, MODEL.folder(), policy, reference)) {
      return scorer.score(pair);
    }
  }

  private double sum(NDManager manager, Network network, int[] answer) {
    int[] all = IntStream.concat(Arrays.stream(prompt), Arrays.stream(answer)).toArray();
    float[] logProbs = network.logProbs(manager, new int[][] {all}).toFloatArray();
    return IntStream.range(prompt.length - 1, logProbs.length).mapToDouble(i -> logProbs[i]).sum();
  }
}
