package dev.hone.registry;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Which model versions this instance's database knows, and which of them answers. */
@ApplicationScoped
@Transactional
public class Versions {
  /** Asks for whichever version is active. */
  public static final String ACTIVE = "hone";

  /** Asks for the untrained model that the active version comes from. */
  public static final String BASE = "base";

  private final AuditLog audit;
  private final Event<ActiveChanging> changing;
  private final Event<ActiveChanged> changed;
  private final Clock clock = Clock.systemUTC();

  Versions(AuditLog audit, Event<ActiveChanging> changing, Event<ActiveChanged> changed) {
    this.audit = audit;
    this.changing = changing;
    this.changed = changed;
  }

  /**
   * The concrete version behind a name.
   *
   * @param requested null or {@code hone}: the active version; {@code base}: the untrained model
   *     under it; otherwise a version's id
   */
  public String resolve(String requested) throws UnknownModelException {
    if (requested == null || requested.equals(ACTIVE)) {
      return active();
    }
    if (requested.equals(BASE)) {
      return ModelVersion.<ModelVersion>findById(active()).base;
    }
    if (!isName(requested)) {
      throw new UnknownModelException(requested);
    }
    return requested;
  }

  /** Whether {@link #resolve} knows it. */
  public boolean isName(String name) {
    return name.equals(ACTIVE) || name.equals(BASE) || known(name);
  }

  public String active() {
    return ActiveVersion.current();
  }

  public boolean known(String version) {
    return storable(version) && ModelVersion.exists(version);
  }

  /** Every version, oldest first. */
  public List<VersionView> list() {
    String active = active();
    return ModelVersion.inOrder().stream().map(version -> version.view(active)).toList();
  }

  public Optional<VersionView> find(String id) {
    if (!storable(id)) {
      return Optional.empty();
    }
    String active = active();
    return ModelVersion.<ModelVersion>findByIdOptional(id).map(version -> version.view(active));
  }

  /** PostgreSQL has no text with a NUL in it, and fails when asked for one. */
  private static boolean storable(String id) {
    return id.indexOf(0) < 0;
  }

  /**
   * Makes the untrained model that is served known, and active unless a version of it is. Called at
   * start; does nothing the second time.
   */
  public void ensureBase(String baseId) {
    var now = clock.instant();
    ModelVersion.insertBaseIfAbsent(baseId, now);
    ActiveVersion.ensureComesFrom(baseId, now)
        .ifPresent(
            before ->
                audit.record(
                    "server", "base", baseId, before, baseId, "started with another base"));
  }

  /**
   * Lets a known version answer. In a transaction of its own: it is done when this returns.
   *
   * @throws UnknownModelException when this database does not know it
   * @throws RegistryException when it comes from another base than the one that is served
   * @throws RuntimeException of whoever can't serve it; everything is then as it was
   */
  @Transactional(TxType.NOT_SUPPORTED)
  public VersionView activate(String version, String who, String why) {
    changing.fire(new ActiveChanging(version));
    return change(() -> moveTo(version, who, "activate", why));
  }

  /**
   * Lets the parent of the active version answer again. In a transaction of its own.
   *
   * @return the version that answers now
   * @throws RegistryException when the untrained model answers: it has no parent
   */
  @Transactional(TxType.NOT_SUPPORTED)
  public VersionView rollback(String who, String why) {
    String parent = QuarkusTransaction.requiringNew().call(Versions::parentOfActive);
    changing.fire(new ActiveChanging(parent));
    return change(
        () -> {
          ActiveVersion.locked();
          if (!parentOfActive().equals(parent)) {
            throw new RegistryException(
                RegistryException.Reason.ACTIVE_CHANGED,
                "Another version has become active meanwhile; look again.");
          }
          return moveTo(parent, who, "rollback", why);
        });
  }

  /**
   * A version that is in the store, from now on known here and answering.
   *
   * @throws RegistryException when the gate let it pass and its parent does not answer any more: it
   *     was measured against nothing else
   */
  @Transactional(TxType.NOT_SUPPORTED)
  VersionView publish(VersionFolder folder, Approval approval, String who) {
    var manifest = folder.manifest();
    String id = manifest.id();
    boolean measured = approval instanceof Approval.GatePassed;
    if (measured) {
      QuarkusTransaction.requiringNew().run(() -> expectActive(manifest, ActiveVersion.current()));
    }
    changing.fire(new ActiveChanging(id));
    return change(
        () -> {
          if (measured) {
            expectActive(manifest, ActiveVersion.locked().version);
          }
          ModelVersion.insertIfAbsent(folder, clock.instant());
          return moveTo(id, who, "publish", approval.reason());
        });
  }

  private static void expectActive(VersionManifest measured, String active) {
    if (!active.equals(measured.parent()) && !active.equals(measured.id())) {
      throw new RegistryException(
          RegistryException.Reason.ACTIVE_CHANGED,
          "it was measured against %s, but meanwhile %s answers"
              .formatted(measured.parent(), active));
    }
  }

  private static String parentOfActive() {
    String active = ActiveVersion.current();
    String parent = ModelVersion.<ModelVersion>findById(active).parent;
    if (parent == null) {
      throw new RegistryException(
          RegistryException.Reason.NOTHING_TO_ROLL_BACK,
          "%s answers, which has no parent.".formatted(active));
    }
    return parent;
  }

  private record Move(String from, VersionView to) {}

  private VersionView change(Callable<Move> work) {
    Move move = QuarkusTransaction.requiringNew().call(work);
    if (!move.from().equals(move.to().id())) {
      changed.fire(new ActiveChanged(move.from(), move.to().id()));
    }
    return move.to();
  }

  private Move moveTo(String id, String who, String action, String why) {
    ActiveVersion active = ActiveVersion.locked();
    String from = active.version;
    ModelVersion to = ModelVersion.findById(id);
    if (to == null) {
      throw new UnknownModelException(id);
    }
    if (!to.base.equals(ModelVersion.<ModelVersion>findById(from).base)) {
      throw RegistryException.anotherBase(id, to.base);
    }
    if (!from.equals(id)) {
      audit.record(who, action, id, from, id, why);
      active.version = id;
      active.since = clock.instant();
    }
    return new Move(from, to.view(id));
  }
}
