package dev.hone.loop;

import dev.hone.loop.RoundException.Reason;
import dev.hone.registry.Approval;
import dev.hone.registry.AuditLog;
import dev.hone.registry.Publications;
import dev.hone.registry.UnknownModelException;
import dev.hone.registry.VersionView;
import dev.hone.registry.Versions;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** What operators do to versions, and what that means for the rounds that made them. */
@ApplicationScoped
public class Releases {
  private static final String ROLLBACK = "rollback";
  private static final Set<String> MOVES = Set.of("publish", "activate", ROLLBACK);

  /** Guards the states of rounds while they are brought in line with the audit log. */
  private final ReentrantLock following = new ReentrantLock();

  private final Versions versions;
  private final Publications publications;
  private final AuditLog audit;
  private final RoundLog log;
  private final LoopConfig config;

  Releases(
      Versions versions,
      Publications publications,
      AuditLog audit,
      RoundLog log,
      LoopConfig config) {
    this.versions = versions;
    this.publications = publications;
    this.audit = audit;
    this.log = log;
    this.config = config;
  }

  /** Oldest first; candidates that wait for an operator come last. */
  public List<VersionInfo> list() {
    var published = versions.list().stream().map(this::info);
    var waiting =
        log.newestFirst().reversed().stream()
            .filter(round -> overridable(round.state()) && hasCandidate(round))
            .map(this::candidate);
    return Stream.concat(published, waiting).toList();
  }

  /**
   * Lets a version answer.
   *
   * @param override whether a candidate is wanted that the gate did not let pass
   * @param why wanted with an override; may be null otherwise
   */
  public VersionInfo publish(String version, boolean override, String why, String who) {
    if (versions.known(version)) {
      versions.activate(version, who, why);
    } else {
      publishCandidate(version, override, why, who);
    }
    followAudit();
    return one(version);
  }

  /**
   * Goes back to the parent of the active version.
   *
   * @return the version that answers now
   */
  public VersionInfo rollback(String why, String who) {
    VersionView now = versions.rollback(who, why);
    followAudit();
    return one(now.id());
  }

  private void publishCandidate(String version, boolean override, String why, String who) {
    Round round = log.ofVersion(version).orElseThrow(() -> new UnknownModelException(version));
    if (!overridable(round.state())) {
      throw new RoundException(
          Reason.NOT_APPROVED,
          "%s is no version yet: its round %s is %s".formatted(version, round.id(), round.state()));
    }
    if (!override) {
      throw new RoundException(
          Reason.NOT_APPROVED,
          "the gate did not let %s pass (%s); publish it with an override and a reason"
              .formatted(version, round.state()));
    }
    if (why == null || why.isBlank()) {
      throw new RoundException(Reason.WHY_MISSING, "an override wants a reason");
    }
    if (!hasCandidate(round)) {
      throw new RoundException(Reason.CANDIDATE_GONE, "the files of " + version + " were not kept");
    }
    RoundFolder folder = folder(round);
    var candidate = Candidate.of(round, folder);
    try (var publication =
        publications.begin(candidate.manifest(), folder.candidate(), ModelCard.of(candidate))) {
      publication.commit(new Approval.OperatorOverride(who, why), who);
    }
  }

  /** A server that was killed may not have written down what its last change meant. */
  void followAuditAtStart(@Observes StartupEvent event) {
    followAudit();
  }

  /**
   * Rounds follow what the audit log says last of their versions. All of it is read: what others
   * did at the same time, or a killed server before, stands somewhere in it.
   */
  private void followAudit() {
    following.lock();
    try {
      var known = new HashSet<String>();
      for (AuditLog.Entry entry : audit.list(Integer.MAX_VALUE)) {
        if (MOVES.contains(entry.action())) {
          follow(entry, known);
        }
      }
    } finally {
      following.unlock();
    }
  }

  /**
   * @param known versions of which a newer entry told
   */
  private void follow(AuditLog.Entry entry, Set<String> known) {
    if (known.add(entry.after())) {
      answers(entry.after(), entry.why());
    }
    if (entry.action().equals(ROLLBACK) && known.add(entry.before())) {
      ofVersion(entry.before(), RoundState.PUBLISHED)
          .ifPresent(number -> log.enter(number, RoundState.ROLLED_BACK, entry.why()));
    }
  }

  private void answers(String version, String why) {
    ofVersion(version, RoundState.REFUSED, RoundState.NEEDS_HUMAN, RoundState.ROLLED_BACK)
        .ifPresent(
            number -> {
              log.enter(number, RoundState.PUBLISHED, why);
              RoundFolder.of(config.data(), number).forgetCandidate();
            });
  }

  private Optional<Long> ofVersion(String version, RoundState... states) {
    return log.ofVersion(version)
        .filter(round -> List.of(states).contains(round.state()))
        .map(round -> log.number(round.id()));
  }

  private static boolean overridable(RoundState state) {
    return state == RoundState.REFUSED || state == RoundState.NEEDS_HUMAN;
  }

  private boolean hasCandidate(Round round) {
    return Files.isDirectory(folder(round).candidate());
  }

  private RoundFolder folder(Round round) {
    return RoundFolder.of(config.data(), log.number(round.id()));
  }

  private VersionInfo one(String version) {
    return versions.find(version).map(this::info).orElseThrow();
  }

  private VersionInfo info(VersionView view) {
    Optional<Round> round = log.ofVersion(view.id());
    return new VersionInfo(
        view.id(),
        view.base(),
        view.parent(),
        view.active(),
        view.createdAt(),
        view.round(),
        view.parent() == null ? "base" : "published",
        round.map(Round::state).orElse(null),
        round.map(Round::metrics).orElse(null));
  }

  private VersionInfo candidate(Round round) {
    return new VersionInfo(
        round.version(),
        Candidate.of(round, folder(round)).base(),
        round.parent(),
        false,
        round.endedAt(),
        round.id(),
        "candidate",
        round.state(),
        round.metrics());
  }
}
