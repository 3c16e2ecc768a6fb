package dev.hone.evaluation;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Everything that is measured of a candidate before it is judged (docs/algorithms/gate.md).
 *
 * <p>What needs held-out pairs is null where there are none.
 *
 * @param seed of the sampled answers
 * @param finite whether the candidate's numbers are numbers; if not, nothing else was measured
 * @param preferences on held-out pairs, the parent as reference
 * @param heldOutCut what was cut of these pairs to fit, by what it was; none in a report of an
 *     earlier release
 * @param logprobAccuracyBefore the parent's own, on the same pairs
 * @param chatPerplexity of the chosen held-out answers, given their prompts; interval of the ratio
 * @param textPerplexity of the general text; interval of the ratio
 * @param klToParent per answer token of the held-out pairs, KL(candidate || parent) in nats
 * @param klToBase likewise, on fewer pairs
 * @param length mean tokens of an answer to the gate prompts; interval of the ratio
 * @param distinct for runs of one, two and three tokens: the share of different ones in all answers
 *     together, of which as many tokens are taken from one version as from the other
 * @param refusals share of answers that decline; interval of the difference, as for the next three
 * @param loops share of answers that repeat themselves
 * @param cut share of answers that do not end where a sentence ends
 * @param leaked share of answers that show control tokens as text
 * @param consistency mean agreement of several answers to one question; interval of the difference
 * @param samples answers to the gate prompts, those with a finding first
 * @param evidence texts that show the other numbers
 */
public record EvaluationReport(
    long seed,
    boolean finite,
    PreferenceReport preferences,
    Map<String, Integer> heldOutCut,
    Double logprobAccuracyBefore,
    Comparison chatPerplexity,
    Comparison textPerplexity,
    Estimate klToParent,
    Estimate klToBase,
    Comparison length,
    List<Comparison> distinct,
    Comparison refusals,
    Comparison loops,
    Comparison cut,
    Comparison leaked,
    Comparison consistency,
    List<Sample> samples,
    Evidence evidence) {
  public EvaluationReport {
    // Reports of earlier releases lie in the folders of their rounds.
    heldOutCut = Objects.requireNonNullElse(heldOutCut, Map.of());
    evidence = Objects.requireNonNullElse(evidence, Evidence.NONE);
  }

  /**
   * Of weights whose numbers are none: nothing else was measured of them.
   *
   * @param pairs held-out ones that were scored
   * @param skipped lines that were no pair
   */
  public static EvaluationReport broken(long seed, int pairs, int skipped, Evidence evidence) {
    return new EvaluationReport(
        seed,
        false,
        new PreferenceReport(pairs, skipped, null, null, null, null, null, null, null),
        Map.of(),
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(),
        null,
        null,
        null,
        null,
        null,
        List.of(),
        evidence);
  }
}
