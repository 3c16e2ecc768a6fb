package dev.hone.registry;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.Immutable;

/** One entry of the audit log as it is stored. */
@Entity
@Immutable
@Table(name = "audit_entry")
class AuditRow extends PanacheEntityBase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  Long sequence;

  Instant at;
  String who;
  String action;
  String subject;

  @Column(name = "state_before")
  String before;

  @Column(name = "state_after")
  String after;

  String why;

  protected AuditRow() {}

  AuditRow(AuditLog.Entry entry) {
    this.at = entry.at();
    this.who = entry.who();
    this.action = entry.action();
    this.subject = entry.subject();
    this.before = entry.before();
    this.after = entry.after();
    this.why = entry.why();
  }

  static List<AuditRow> newest(int limit) {
    return AuditRow.<AuditRow>find("order by sequence desc").page(0, limit).list();
  }

  AuditLog.Entry entry() {
    return new AuditLog.Entry(at, who, action, subject, before, after, why);
  }
}
