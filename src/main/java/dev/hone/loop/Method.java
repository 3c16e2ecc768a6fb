package dev.hone.loop;

import dev.hone.alignment.Algorithm;
import dev.hone.alignment.Learning;
import dev.hone.alignment.TokenAnswer;
import dev.hone.alignment.dpo.Dpo;
import dev.hone.alignment.dpo.DpoSettings;
import dev.hone.alignment.kto.Kto;
import dev.hone.alignment.kto.KtoSettings;
import dev.hone.alignment.sft.Sft;
import dev.hone.alignment.sft.SftSettings;
import dev.hone.preference.Snapshot;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The ways in which a round can make its candidate of what people prefer. */
enum Method {
  /** From pairs as they are. */
  DPO,
  /** From answers that were judged alone, or both answers of each pair as if they had been. */
  KTO,
  /** From demonstrations, or the chosen answers of pairs. */
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
  Algorithm.Options options(Map<String, String> set) {
    return switch (this) {
      case DPO -> DpoSettings.of(set);
      case KTO -> KtoSettings.of(set);
      case SFT -> SftSettings.of(set);
    };
  }

  /**
   * @param set as {@link #options} takes it; what it leaves to the data is settled here
   */
  Learning<?> learning(Map<String, String> set, TrainingData data) {
    return switch (this) {
      case DPO -> new Learning<>(new Dpo(DpoSettings.of(set)), data.pairs());
      case KTO -> {
        var settings = KtoSettings.of(set);
        var judged = data.judgements(settings.fromPairs());
        long good = judged.stream().filter(TokenAnswer::good).count();
        yield new Learning<>(new Kto(settings.balanced(good, judged.size() - good)), judged);
      }
      case SFT -> {
        var settings = SftSettings.of(set);
        yield new Learning<>(new Sft(settings), data.demonstrations(settings.fromPairs()));
      }
    };
  }

  /** How much of a snapshot it can learn from, at most. */
  int examples(Snapshot snapshot) {
    return switch (this) {
      case DPO -> snapshot.train();
      case KTO -> snapshot.train() + snapshot.unpaired().train();
      case SFT -> snapshot.train() + snapshot.demonstrations().train();
    };
  }

  /** How much like that is held out. */
  int heldOut(Snapshot snapshot) {
    return switch (this) {
      case DPO -> snapshot.heldOut();
      case KTO -> snapshot.heldOut() + snapshot.unpaired().heldOut();
      case SFT -> snapshot.heldOut() + snapshot.demonstrations().heldOut();
    };
  }
}
