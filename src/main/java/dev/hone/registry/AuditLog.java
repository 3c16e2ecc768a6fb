package dev.hone.registry;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** What operators and rounds did to the versions. Entries are never changed. */
@ApplicationScoped
@Transactional
public class AuditLog {
  private final Clock clock = Clock.systemUTC();

  /**
   * @param who the operator, or the round that acted by itself
   * @param action a verb, such as {@code publish}
   * @param subject what it was done to
   * @param before state that it changed; null where there was none
   * @param after state that it led to; null where there is none
   * @param why as told by whoever acted; null if not told
   */
  public record Entry(
      Instant at,
      String who,
      String action,
      String subject,
      String before,
      String after,
      String why) {}

  /** Adds an entry, in the caller's transaction where there is one. */
  public void record(
      String who, String action, String subject, String before, String after, String why) {
    new AuditRow(new Entry(clock.instant(), who, action, subject, before, after, why)).persist();
  }

  /** The newest entries first. */
  public List<Entry> list(int limit) {
    return AuditRow.newest(limit).stream().map(AuditRow::entry).toList();
  }
}
