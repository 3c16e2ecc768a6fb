package dev.hone.loop;

import dev.hone.alignment.FromPairs;
import dev.hone.alignment.SettingsReader;
import dev.hone.loop.RoundException.Reason;
import dev.hone.preference.Snapshot;
import dev.hone.registry.ModelStore;
import dev.hone.registry.VersionKind;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether a plan can be done, so that it fails when it is asked for and not after hours.
 *
 * @param store the models on disk
 * @param least examples to train on
 */
record PlanCheck(ModelStore store, int least) {
  /**
   * Looks for all that the settings name.
   *
   * @param parent id of the version to start from
   * @throws RoundException {@code INVALID_SETTING} naming the stage and the setting, {@code
   *     INVALID_PLAN} where a stage cannot go on from the parent
   */
  void settings(Plan plan, String parent, Snapshot snapshot) {
    var stages = plan.stages();
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      var method = Methods.of(stage.method());
      if (method.needsAdapter() && VersionKind.in(store.version(parent)) == VersionKind.FULL) {
        throw new RoundException(
            Reason.INVALID_PLAN, "plan: " + StageContext.needsAdapter(stage, parent));
      }
      var objection = method.objection(new Outlook(stage, stages.subList(0, i), snapshot, store));
      if (objection.isPresent()) {
        throw new RoundException(
            Reason.INVALID_SETTING, "stage %s: %s".formatted(stage.name(), objection.get()));
      }
    }
  }

  /**
   * @param plan with how much each stage learns from
   * @throws RoundException {@code TOO_FEW_PAIRS}
   */
  void examples(Plan plan, Snapshot snapshot) {
    for (Stage stage : plan.stages()) {
      Learns from = Methods.of(stage.method()).learnsFrom(stage.settings());
      int heldOut = from.heldOut(snapshot);
      if (from == Learns.TASKS) {
        require(
            heldOut > 0,
            "stage %s learns from tasks, but what it makes is measured on pairs that are kept from training, of which there are none%s; 'hone import preferences' brings some"
                .formatted(stage.name(), dropped(snapshot)));
      } else if (stage.examples() != null) {
        // What an earlier stage makes is there once that one, which is checked itself, is done.
        require(
            stage.examples() >= least && heldOut > 0,
            "stage %s needs %d %s to train on and one to hold out; there are %d and %d%s%s%s"
                .formatted(
                    stage.name(),
                    least,
                    stage.learnsFrom(),
                    stage.examples(),
                    heldOut,
                    from == Learns.PAIRS ? "" : ", pairs among them",
                    dropped(snapshot),
                    more(stage, from, snapshot)));
      }
    }
  }

  /** How there would be more. */
  private String more(Stage stage, Learns from, Snapshot snapshot) {
    Map<String, String> all = new HashMap<>(stage.settings());
    all.replace(FromPairs.SETTING, SettingsReader.label(FromPairs.ALWAYS));
    int most = from.count(snapshot, all);
    if (stage.examples() < least && most >= least) {
      return "; with %s=%s the answers of pairs count too, and there are %d"
          .formatted(FromPairs.SETTING, SettingsReader.label(FromPairs.ALWAYS), most);
    }
    return snapshot.prompts() == 0 ? "; 'hone import preferences FILE' brings some" : "";
  }

  private static String dropped(Snapshot snapshot) {
    var all = snapshot.allDropped();
    return all.isEmpty() ? "" : " (dropped: %s)".formatted(Outcomes.named(all));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new RoundException(Reason.TOO_FEW_PAIRS, otherwise);
    }
  }
}
