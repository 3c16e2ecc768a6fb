package dev.hone.loop;

import dev.hone.alignment.HeldOutExamples;
import dev.hone.alignment.Learning;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.dpo.Dpo;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.alignment.kto.Kto;
import dev.hone.alignment.kto.KtoSettings;
import dev.hone.alignment.ppo.PolicyGradient;
import dev.hone.alignment.sft.Sft;
import dev.hone.alignment.sft.SftSettings;
import dev.hone.loop.PolicyMethod.Lesson;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The methods that there are. */
final class Methods {
  private static final List<Method> ALL =
      List.of(
          new PolicyMethod(
              "dpo", "direct preference optimisation", Learns.PAIRS, DpoSettings::of, Methods::dpo),
          new PolicyMethod(
              "kto", "Kahneman-Tversky optimisation", Learns.JUDGED, KtoSettings::of, Methods::kto),
          new PolicyMethod(
              "sft",
              "supervised fine-tuning",
              Learns.DEMONSTRATIONS,
              SftSettings::of,
              Methods::sft),
          new RewardMethod(),
          new RewardedMethod(PolicyGradient.PPO, "proximal policy optimisation"),
          new RewardedMethod(PolicyGradient.GRPO, "group relative policy optimisation"),
          new RewardedMethod(PolicyGradient.RLOO, "REINFORCE leave-one-out"),
          new BestOfMethod());

  private Methods() {}

  /**
   * @throws IllegalArgumentException if there is none of that name
   */
  static Method of(String name) {
    return ALL.stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no method '%s', only %s"
                        .formatted(
                            name,
                            ALL.stream().map(Method::name).collect(Collectors.joining(", ")))));
  }

  private static Lesson dpo(Map<String, String> set, TrainingData data, TrainingData heldOut)
      throws IOException {
    var pairs = data.pairs();
    var unseen = heldOut.pairs();
    return new Lesson(
        new Learning<>(
            new Dpo(DpoSettings.of(set)),
            pairs.examples(),
            new HeldOutExamples.Pairs<>(unseen.examples())),
        pairs,
        unseen.cut());
  }

  /** Its loss counts from a point that each batch has of its own, so a held-out one says little. */
  static Lesson kto(Map<String, String> set, TrainingData data, TrainingData heldOut)
      throws IOException {
    var settings = KtoSettings.of(set);
    var judged = data.judgements(settings.fromPairs());
    var unseen = heldOut.pairs();
    long good = judged.examples().stream().filter(TokenAnswer::good).count();
    return new Lesson(
        new Learning<>(
            new Kto(settings.balanced(good, judged.examples().size() - good)),
            judged.examples(),
            new HeldOutExamples.Others<>(unseen.examples(), List.of())),
        judged,
        unseen.cut());
  }

  private static Lesson sft(Map<String, String> set, TrainingData data, TrainingData heldOut)
      throws IOException {
    var settings = SftSettings.of(set);
    // Held-out examples of the kind that is learnt, whatever else is held out.
    var fromPairs = settings.fromPairs().settled(!data.shown().examples().isEmpty());
    var shown = data.demonstrations(settings.fromPairs());
    var pairs = heldOut.pairs();
    var unseen = heldOut.demonstrations(fromPairs);
    return new Lesson(
        new Learning<>(
            new Sft(settings),
            shown.examples(),
            new HeldOutExamples.Others<>(pairs.examples(), unseen.examples())),
        shown,
        Tokenised.sum(pairs.cut(), unseen.cut()));
  }
}
