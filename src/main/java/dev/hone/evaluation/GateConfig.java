package dev.hone.evaluation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/**
 * What a candidate must hold to, and how much of it is looked at; why in docs/algorithms/gate.md.
 */
@ConfigMapping(prefix = "hone.gate")
public interface GateConfig {
  Thresholds thresholds();

  Sizes sizes();

  /** {@code hone.gate.thresholds.*}, as {@link GateThresholds} says. */
  interface Thresholds {
    @WithDefault("100")
    int minPairs();

    @WithDefault("0.5")
    double minAccuracy();

    @WithDefault("1.25")
    double maxChatPerplexity();

    @WithDefault("1.15")
    double maxTextPerplexity();

    @WithDefault("0.5")
    double maxKl();

    @WithDefault("2.0")
    double maxKlToBase();

    @WithDefault("0.5")
    double minLength();

    @WithDefault("2.0")
    double maxLength();

    @WithDefault("0.8")
    double minDistinct();

    @WithDefault("0.15")
    double maxRefusalRise();

    @WithDefault("0.15")
    double maxLoopRise();

    @WithDefault("0.3")
    double maxCutRise();

    @WithDefault("0.05")
    double maxLeakRise();

    @WithDefault("0.1")
    double maxConsistencyFall();
  }

  /** {@code hone.gate.sizes.*}, as {@link EvaluationSizes} says. */
  interface Sizes {
    @WithDefault("500")
    int heldOutPairs();

    @WithDefault("64")
    int basePairs();

    @WithDefault("12")
    int passages();

    @WithDefault("32")
    int answers();

    @WithDefault("128")
    int answerTokens();

    @WithDefault("12")
    int questions();

    @WithDefault("4")
    int samplesPerQuestion();

    @WithDefault("32")
    int questionTokens();

    @WithDefault("1024")
    int maxTokens();
  }
}
