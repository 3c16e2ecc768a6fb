package dev.hone.loop;

import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.dpo.Dpo;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.alignment.kto.Kto;
import dev.hone.alignment.kto.KtoSettings;
import dev.hone.alignment.sft.Sft;
import dev.hone.alignment.sft.SftSettings;
import java.util.List;
import java.util.stream.Collectors;

/** The methods that there are. */
final class Methods {
  private static final List<Method> ALL =
      List.of(
          new PolicyMethod<TokenPair>(
              "dpo",
              "direct preference optimisation",
              Learns.PAIRS,
              set -> new Dpo(DpoSettings.of(set)),
              TrainingData::pairs),
          new PolicyMethod<TokenAnswer>(
              "kto",
              "Kahneman-Tversky optimisation",
              Learns.JUDGED,
              set -> new Kto(KtoSettings.of(set)),
              TrainingData::judged),
          new PolicyMethod<TokenAnswer>(
              "sft",
              "supervised fine-tuning",
              Learns.DEMONSTRATIONS,
              set -> new Sft(SftSettings.of(set)),
              TrainingData::demonstrations));

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
}
