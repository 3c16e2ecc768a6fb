package dev.hone.model;

import static dev.hone.model.SmallModel.maxDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.hone.alignment.TokenRanking;
import dev.hone.alignment.reward.GoldenRewards;
import dev.hone.model.AnswerBatch.Branches;
import dev.hone.model.AnswerBatch.Reading;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a head says of the small model's states (src/test/python/reward.py). */
class AnswerValuesTest {
  private static final double EXACT = 1e-5;
  private static final SmallModel MODEL = SmallModel.PLAIN;
  private static final List<Branches> ANSWERS =
      GoldenRewards.read().rankings().stream().map(TokenRanking::branches).toList();

  private NDManager manager;
  private LoraAdapter adapter;
  private ScalarHead head;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    var net = MODEL.architecture();
    adapter = LoraAdapter.load(manager, MODEL.folder().resolve("adapter"), net);
    head = ScalarHead.load(manager, SmallModel.resource("golden/reward"), net);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F32_PREPACKED"})
  void valuesAreThoseOfTransformersBeforeTheTokensAndAtThem(Precision precision) {
    try (var network = network(precision)) {
      for (Reading reading : Reading.values()) {
        float[] values = values(network, reading);
        assertThat(maxDifference(values, golden(reading))).as("%s", reading).isLessThan(EXACT);
      }
    }
  }

  @Test
  void thoseThatGradientsFlowThroughAreTheSame() {
    try (var network = network(Precision.F32);
        var trainable = network.trainable(adapter, ForwardOptions.PLAIN)) {
      for (Reading reading : Reading.values()) {
        var batch = new AnswerBatch(ANSWERS, reading);
        float[] values = trainable.values(manager, batch, head, 0).values();
        assertThat(maxDifference(values, golden(reading))).as("%s", reading).isLessThan(EXACT);
      }
    }
  }

  @Test
  void valuesInBf16AreNear() {
    try (var network = network(Precision.BF16)) {
      float[] values = values(network, Reading.AT);
      assertThat(maxDifference(values, golden(Reading.AT))).isBetween(EXACT, 0.1);
    }
  }

  @Test
  void logProbabilitiesAreTheSameInBothReadings() {
    try (var network = network(Precision.F32)) {
      var before = new AnswerBatch(ANSWERS, Reading.BEFORE);
      var at = new AnswerBatch(ANSWERS, Reading.AT);
      assertThat(
              maxDifference(
                  network.answerLogProbs(manager, before).toFloatArray(),
                  network.answerLogProbs(manager, at).toFloatArray()))
          .isLessThan(EXACT);
    }
  }

  @Test
  void prepackedWeightsHaveNoGradients() {
    try (var network = network(Precision.F32_PREPACKED)) {
      assertThatThrownBy(() -> network.trainable(adapter, ForwardOptions.PLAIN))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  /** The last token of an answer takes a position where it is read. */
  @Test
  void whatExceedsTheWindowIsRefused() {
    try (var network = network(Precision.F32)) {
      var answers = List.of(new Branches(new int[100], new int[29]));
      assertThat(values(network, answers, Reading.BEFORE)).hasSize(29);
      assertThatThrownBy(() -> values(network, answers, Reading.AT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("129 tokens exceed the window of 128");
    }
  }

  private Network network(Precision precision) {
    return Network.load(manager, MODEL.folder(), precision, 128, Optional.of(adapter));
  }

  private float[] values(Network network, Reading reading) {
    return values(network, ANSWERS, reading);
  }

  private float[] values(Network network, List<Branches> answers, Reading reading) {
    return network.answerValues(manager, new AnswerBatch(answers, reading), head).toFloatArray();
  }

  private static float[] golden(Reading reading) {
    String name =
        switch (reading) {
          case BEFORE -> "values.before";
          case AT -> "values.at";
        };
    try (var golden = Safetensors.open(SmallModel.resource("golden/reward/step.safetensors"))) {
      return golden.data(name).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
  }
}
