package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KlControllerTest {
  private static final KlController ADAPTIVE = new KlController.Adaptive(0.1, 6, 1000);

  @Test
  void overManyStepsItIsThatOfPytorch() {
    var kinds = new HashSet<Class<?>>();
    for (JsonNode row : Golden.rows("controllers")) {
      var settings =
          new RewardSettings(
              KlEstimator.K1,
              row.path("coefficient").asDouble(),
              row.path("target").asDouble(),
              row.path("horizon").asInt(),
              new ScoreShape(false, 0, 0),
              false);
      KlController controller = settings.controller();
      kinds.add(controller.getClass());
      double[] kls = Golden.numbers(row.path("kls"));
      for (int step = 0; step < kls.length; step++) {
        controller = controller.after(kls[step], row.path("samples").asInt());
        Golden.assertClose(controller.coefficient(), row.path("coefficients").get(step));
      }
    }
    assertThat(kinds)
        .containsExactlyInAnyOrder(KlController.Fixed.class, KlController.Adaptive.class);
  }

  @ParameterizedTest
  @CsvSource({
    // 6.6 is a tenth above the target: 64 / 1000 of a tenth.
    "6.6, 0.10064",
    "6, 0.1",
    "5.4, 0.09936",
    // Beyond a fifth either way it counts as a fifth.
    "7.2, 0.10128",
    "600, 0.10128",
    "0, 0.09872",
    "-50, 0.09872"
  })
  void theCoefficientFollowsTheErrorWithinItsBound(double kl, double coefficient) {
    assertThat(ADAPTIVE.after(kl, 64).coefficient()).isCloseTo(coefficient, within(1e-12));
    assertThat(ADAPTIVE.coefficient()).isEqualTo(0.1);
  }

  @Test
  void aPolicyThatAnswersToThePenaltyComesToItsTarget() {
    var controller = new KlController.Adaptive(0.01, 6, 1000);
    for (int step = 0; step < 1000; step++) {
      controller = controller.after(0.3 / controller.coefficient(), 64);
    }
    assertThat(controller.coefficient()).isCloseTo(0.3 / 6, within(1e-6));
  }

  @Test
  void aFixedCoefficientStays() {
    assertThat(new KlController.Fixed(0.05).after(1e6, 64)).isEqualTo(new KlController.Fixed(0.05));
  }

  @Test
  void itsStateIsWrittenAndReadAgain() throws JsonProcessingException {
    var json = new JsonMapper();
    for (var controller : List.of(ADAPTIVE.after(7, 64), new KlController.Fixed(0.05))) {
      String text = json.writeValueAsString(controller);
      assertThat(json.readValue(text, KlController.class)).isEqualTo(controller);
    }
  }
}
