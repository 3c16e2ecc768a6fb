package dev.hone.evaluation;

/**
 * Where the gate draws its lines; why there, docs/algorithms/gate.md. Ratios and rises are the
 * candidate's against its parent's.
 *
 * @param minPairs held-out pairs below which a person decides
 * @param minAccuracy that the lower end of the accuracy's interval must exceed
 * @param maxChatPerplexity ratio
 * @param maxTextPerplexity ratio
 * @param maxKl to the parent, nats per token
 * @param maxKlToBase nats per token
 * @param minLength ratio of the answers' mean lengths
 * @param maxLength ratio
 * @param minDistinct ratio, for each length of runs
 * @param maxRefusalRise difference of shares, as the following
 */
public record GateThresholds(
    int minPairs,
    double minAccuracy,
    double maxChatPerplexity,
    double maxTextPerplexity,
    double maxKl,
    double maxKlToBase,
    double minLength,
    double maxLength,
    double minDistinct,
    double maxRefusalRise,
    double maxLoopRise,
    double maxCutRise,
    double maxLeakRise,
    double maxConsistencyFall) {
  public static GateThresholds of(GateConfig config) {
    var set = config.thresholds();
    return new GateThresholds(
        set.minPairs(),
        set.minAccuracy(),
        set.maxChatPerplexity(),
        set.maxTextPerplexity(),
        set.maxKl(),
        set.maxKlToBase(),
        set.minLength(),
        set.maxLength(),
        set.minDistinct(),
        set.maxRefusalRise(),
        set.maxLoopRise(),
        set.maxCutRise(),
        set.maxLeakRise(),
        set.maxConsistencyFall());
  }
}
