package dev.hone.inference;

/**
 * What speculation has done since the start.
 *
 * @param steps that verified a draft
 * @param drafted tokens of all drafts
 * @param accepted those of them that were drawn then
 */
public record SpeculationUse(long steps, long drafted, long accepted) {
  /** Of two devices together. */
  SpeculationUse plus(SpeculationUse other) {
    return new SpeculationUse(
        steps + other.steps, drafted + other.drafted, accepted + other.accepted);
  }

  /** What came after an earlier count. */
  SpeculationUse since(SpeculationUse earlier) {
    return new SpeculationUse(
        steps - earlier.steps, drafted - earlier.drafted, accepted - earlier.accepted);
  }
}
