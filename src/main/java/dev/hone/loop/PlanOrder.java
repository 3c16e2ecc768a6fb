package dev.hone.loop;

import dev.hone.alignment.AdapterKind;
import dev.hone.alignment.SettingsReader;
import dev.hone.loop.RoundException.Reason;
import java.util.List;
import java.util.Optional;

/** Whether stages can follow one another as they do. */
final class PlanOrder {
  /** The setting that says what of a policy is trained, and its value for an adapter. */
  private static final String ADAPTER = "adapter";

  private static final String LORA = SettingsReader.label(AdapterKind.LORA);

  private PlanOrder() {}

  /**
   * @throws RoundException {@code INVALID_PLAN} where a stage lacks what it needs or what it makes
   *     is not used; {@code INVALID_SETTING} where one makes whole weights of what a later one
   *     needs as an adapter
   */
  static void check(List<Stage> stages) {
    requireAdapters(stages);
    boolean rewardModel = false;
    boolean policy = false;
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      boolean last = i == stages.size() - 1;
      require(
          rewardModel || !RewardChoice.STAGE.equals(stage.settings().get(RewardChoice.SETTING)),
          RewardChoice.noStage(stage));
      switch (Methods.of(stage.method()).makes()) {
        case POLICY -> policy = true;
        case REWARD_MODEL -> {
          rewardModel = true;
          require(
              !last || !policy, "what the stages before %s make is lost".formatted(stage.name()));
        }
        case DEMONSTRATIONS ->
            require(
                !last && stages.get(i + 1).method().equals("sft"),
                "nothing learns from what %s makes; add sft behind it".formatted(stage.name()));
      }
    }
  }

  private static void requireAdapters(List<Stage> stages) {
    Optional<Stage> whole = Optional.empty();
    for (Stage stage : stages) {
      Method method = Methods.of(stage.method());
      if (method.needsAdapter() && whole.isPresent()) {
        Stage before = whole.get();
        throw new RoundException(
            Reason.INVALID_SETTING,
            "stage %s: %s: it is %s, which makes whole weights, and %s needs an adapter; set it to %s"
                .formatted(
                    before.name(), ADAPTER, before.settings().get(ADAPTER), stage.name(), LORA));
      }
      if (method.makes() == Makes.POLICY && !LORA.equals(stage.settings().get(ADAPTER))) {
        whole = whole.or(() -> Optional.of(stage));
      }
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new RoundException(Reason.INVALID_PLAN, "plan: " + otherwise);
    }
  }
}
