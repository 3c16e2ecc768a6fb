package dev.hone.evaluation;

/**
 * How much of a candidate is looked at. The order of everything is fixed, so fewer are the first
 * ones.
 *
 * @param heldOutPairs of the round's held-out pairs
 * @param basePairs of these, measured against the base too where the parent is not the base
 * @param passages of the general text
 * @param answers one to each of so many gate prompts
 * @param answerTokens at most, of one of them
 * @param questions that are asked again and again
 * @param samplesPerQuestion at least 2, or there is nothing to agree
 * @param questionTokens of an answer to one of them, at most
 * @param maxTokens of a prompt and one answer together; longer ones are cut as in training
 */
public record EvaluationSizes(
    int heldOutPairs,
    int basePairs,
    int passages,
    int answers,
    int answerTokens,
    int questions,
    int samplesPerQuestion,
    int questionTokens,
    int maxTokens) {
  public EvaluationSizes {
    require(heldOutPairs, 1, "heldOutPairs");
    require(basePairs, 1, "basePairs");
    require(passages, 1, "passages");
    require(answers, 2, "answers");
    require(answerTokens, 8, "answerTokens");
    require(questions, 1, "questions");
    require(samplesPerQuestion, 2, "samplesPerQuestion");
    require(questionTokens, 4, "questionTokens");
    require(maxTokens, 16, "maxTokens");
  }

  public static EvaluationSizes of(GateConfig config) {
    var set = config.sizes();
    return new EvaluationSizes(
        set.heldOutPairs(),
        set.basePairs(),
        set.passages(),
        set.answers(),
        set.answerTokens(),
        set.questions(),
        set.samplesPerQuestion(),
        set.questionTokens(),
        set.maxTokens());
  }

  private static void require(int value, int least, String name) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, was %d".formatted(name, least, value));
    }
  }
}
