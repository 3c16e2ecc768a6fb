package dev.hone.preference;

import dev.hone.preference.Example.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Which of the examples that came a snapshot keeps, and why the others are left out. */
final class SnapshotSieve {
  private final SnapshotOrder order;
  private final Map<ByteBuffer, SnapshotRow> rows = new HashMap<>();
  private final Set<UUID> heldOutConversations = new HashSet<>();
  private final Map<Kind, Map<String, Integer>> dropped = new EnumMap<>(Kind.class);

  SnapshotSieve(SnapshotOrder order) {
    this.order = order;
  }

  /**
   * @return false where the same was there before; that one then comes from both
   */
  boolean add(SnapshotRow row, Origin origin) {
    var known = rows.putIfAbsent(row.key(), row);
    var kept = known == null ? row : known;
    kept.comesFrom(origin);
    if (row.heldOut()) {
      heldOutConversations.addAll(kept.conversations());
    }
    if (known != null) {
      drop(row.kind(), "duplicate");
    }
    return known == null;
  }

  void drop(Kind kind, String reason) {
    dropped.computeIfAbsent(kind, _ -> new TreeMap<>()).merge(reason, 1, Integer::sum);
  }

  /** By reason. */
  Map<String, Integer> dropped(Kind kind) {
    return dropped.getOrDefault(kind, Map.of());
  }

  /** To be asked once for each kind, when all have come; in the order of their keys. */
  List<SnapshotRow> kept(Kind kind) {
    var sound =
        rows.values().stream()
            .filter(row -> row.kind() == kind && sound(row))
            .sorted(Comparator.comparing(SnapshotRow::key))
            .toList();
    return mixed(capped(sound));
  }

  private boolean sound(SnapshotRow row) {
    if (row.opposite().filter(rows::containsKey).isPresent()) {
      drop(row.kind(), "contradictory");
      return false;
    }
    // The page cuts long conversations in front, so a later turn may begin with another question.
    if (!row.heldOut() && row.conversations().stream().anyMatch(heldOutConversations::contains)) {
      drop(row.kind(), "conversation-held-out");
      return false;
    }
    return true;
  }

  /**
   * Of each owner the newest, in both files together. What several people say stays where it is
   * among the newest of one of them; what was imported is nobody's.
   */
  private List<SnapshotRow> capped(List<SnapshotRow> sound) {
    if (order.maxPerOwner() == 0) {
      return sound;
    }
    Map<String, List<SnapshotRow>> byOwner = new HashMap<>();
    for (SnapshotRow row : sound) {
      row.owners()
          .keySet()
          .forEach(owner -> byOwner.computeIfAbsent(owner, _ -> new ArrayList<>()).add(row));
    }
    Set<SnapshotRow> newest = new HashSet<>();
    byOwner.forEach(
        (owner, said) ->
            said.stream()
                // Stable: what one vote says is in the order of the keys.
                .sorted(Comparator.comparingLong(row -> -row.owners().get(owner)))
                .limit(order.maxPerOwner())
                .forEach(newest::add));
    return sound.stream()
        .filter(row -> keptBecause(row.imported() || newest.contains(row), row, "owner-cap"))
        .toList();
  }

  /** What is trained on, in the proportions that were asked for; what is held out stays whole. */
  private List<SnapshotRow> mixed(List<SnapshotRow> capped) {
    if (order.mixture().isEmpty()) {
      return capped;
    }
    Map<PairSource, Integer> there = new EnumMap<>(PairSource.class);
    for (SnapshotRow row : capped) {
      if (!row.heldOut()) {
        there.merge(row.source(), 1, Integer::sum);
      }
    }
    var left = order.mixture().get().quota(there);
    // Keys are as good as drawn by lot, and a line that is added or goes changes few of the others.
    return capped.stream()
        .filter(
            row ->
                row.heldOut()
                    || keptBecause(left.merge(row.source(), -1, Integer::sum) >= 0, row, "mixture"))
        .toList();
  }

  private boolean keptBecause(boolean holds, SnapshotRow row, String otherwise) {
    if (!holds) {
      drop(row.kind(), otherwise);
    }
    return holds;
  }
}
