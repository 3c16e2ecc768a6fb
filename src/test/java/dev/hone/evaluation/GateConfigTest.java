package dev.hone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GateConfigTest {
  @Test
  void namesAndDefaults() {
    assertThat(Configs.thresholds())
        .isEqualTo(
            new GateThresholds(
                100, 0.5, 1.25, 1.15, 0.5, 2.0, 0.5, 2.0, 0.8, 0.15, 0.15, 0.3, 0.05, 0.1));
    assertThat(EvaluationSizes.of(Configs.with(Map.of())))
        .isEqualTo(new EvaluationSizes(500, 64, 12, 32, 128, 12, 4, 32, 1024));
  }

  @Test
  void eachCanBeSet() {
    var config =
        Configs.with(
            Map.ofEntries(
                Map.entry("HONE_GATE_THRESHOLDS_MIN_PAIRS", "1"),
                Map.entry("HONE_GATE_THRESHOLDS_MIN_ACCURACY", "0.52"),
                Map.entry("HONE_GATE_THRESHOLDS_MAX_CHAT_PERPLEXITY", "3"),
                Map.entry("HONE_GATE_THRESHOLDS_MAX_TEXT_PERPLEXITY", "4"),
                Map.entry("HONE_GATE_THRESHOLDS_MAX_KL", "5"),
                Map.entry("HONE_GATE_THRESHOLDS_MAX_KL_TO_BASE", "6"),
                Map.entry("HONE_GATE_THRESHOLDS_MIN_LENGTH", "0.7"),
                Map.entry("HONE_GATE_THRESHOLDS_MAX_LENGTH", "8"),
                Map.entry("HONE_GATE_THRESHOLDS_MIN_DISTINCT", "0.9"),
                Map.entry("HONE_GATE_THRESHOLDS_MAX_REFUSAL_RISE", "0.10"),
                Map.entry("HONE_GATE_THRESHOLDS_MAX_LOOP_RISE", "0.11"),
                Map.entry("HONE_GATE_THRESHOLDS_MAX_CUT_RISE", "0.12"),
                Map.entry("HONE_GATE_THRESHOLDS_MAX_LEAK_RISE", "0.13"),
                Map.entry("HONE_GATE_THRESHOLDS_MAX_CONSISTENCY_FALL", "0.14"),
                Map.entry("HONE_GATE_SIZES_HELD_OUT_PAIRS", "21"),
                Map.entry("HONE_GATE_SIZES_BASE_PAIRS", "22"),
                Map.entry("HONE_GATE_SIZES_PASSAGES", "23"),
                Map.entry("HONE_GATE_SIZES_ANSWERS", "24"),
                Map.entry("HONE_GATE_SIZES_ANSWER_TOKENS", "25"),
                Map.entry("HONE_GATE_SIZES_QUESTIONS", "26"),
                Map.entry("HONE_GATE_SIZES_SAMPLES_PER_QUESTION", "27"),
                Map.entry("HONE_GATE_SIZES_QUESTION_TOKENS", "28"),
                Map.entry("HONE_GATE_SIZES_MAX_TOKENS", "29")));
    assertThat(GateThresholds.of(config))
        .isEqualTo(
            new GateThresholds(1, 0.52, 3, 4, 5, 6, 0.7, 8, 0.9, 0.10, 0.11, 0.12, 0.13, 0.14));
    assertThat(EvaluationSizes.of(config))
        .isEqualTo(new EvaluationSizes(21, 22, 23, 24, 25, 26, 27, 28, 29));
  }
}
