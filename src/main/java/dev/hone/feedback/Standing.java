package dev.hone.feedback;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Which votes count. A withdrawn one does not, nor does a rating that its owner followed by another
 * of the same turn: who changes up to down and takes the down back has said nothing of the turn.
 */
public final class Standing {
  private record RatedBy(String owner, String turn) {}

  private Standing() {}

  /**
   * @param entries in any order, with the withdrawals
   * @return those that count, in the order in which they were taken, without withdrawals
   */
  public static List<FeedbackEntry> of(Collection<FeedbackEntry> entries) {
    Set<UUID> withdrawn = new HashSet<>();
    Map<RatedBy, Long> latest = new HashMap<>();
    for (FeedbackEntry entry : entries) {
      switch (entry.vote()) {
        case Vote.Withdrawal(UUID feedback) -> withdrawn.add(feedback);
        case Vote.Rating rating ->
            latest.merge(new RatedBy(entry.owner(), rating.turn()), entry.sequence(), Math::max);
        case Vote.Comparison _, Vote.Ranking _, Vote.Edit _ -> {}
      }
    }
    return entries.stream()
        .filter(entry -> !withdrawn.contains(entry.id()))
        .filter(
            entry ->
                switch (entry.vote()) {
                  case Vote.Withdrawal _ -> false;
                  case Vote.Rating rating ->
                      latest.get(new RatedBy(entry.owner(), rating.turn())) == entry.sequence();
                  case Vote.Comparison _, Vote.Ranking _, Vote.Edit _ -> true;
                })
        .sorted(Comparator.comparingLong(FeedbackEntry::sequence))
        .toList();
  }
}
