package dev.hone.loop;

import dev.hone.alignment.Learning;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.dpo.Dpo;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.alignment.kto.Kto;
import dev.hone.alignment.kto.KtoSettings;
import dev.hone.alignment.sft.Sft;
import dev.hone.alignment.sft.SftSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The ways in which a round can make its candidate of pairs. */
enum Method {
  /** From pairs as they are. */
  DPO,
  /** From both answers of each pair, as if they had been judged alone. */
  KTO,
  /** From the chosen answers alone. */
  SFT;

  /**
   * @throws IllegalArgumentException if there is none of that name
   */
  static Method of(String name) {
    return Arrays.stream(values())
        .filter(method -> method.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no recipe '%s', only %s"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(Method::label)
                                .collect(Collectors.joining(", ")))));
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param set settings where they differ from the defaults
   * @throws IllegalArgumentException naming a setting that does not exist or its bad value
   */
  Learning<?> learning(Map<String, String> set) {
    return switch (this) {
      case DPO -> new Learning<>(new Dpo(DpoSettings.of(set)), List::of);
      case KTO ->
          new Learning<>(
              new Kto(KtoSettings.of(set)),
              pair ->
                  List.of(
                      TokenAnswer.of(pair.prompt(), pair.chosen(), true),
                      TokenAnswer.of(pair.prompt(), pair.rejected(), false)));
      case SFT ->
          new Learning<>(
              new Sft(SftSettings.of(set)),
              pair -> List.of(TokenAnswer.of(pair.prompt(), pair.chosen(), true)));
    };
  }
}
