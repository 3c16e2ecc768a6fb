package dev.hone.registry;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;

/** Which model versions this instance's database knows, and which of them answers. */
@ApplicationScoped
@Transactional
public class Versions {
  /** Asks for whichever version is active. */
  public static final String ACTIVE = "hone";

  /** Asks for the untrained model that the active version comes from. */
  public static final String BASE = "base";

  private final Clock clock = Clock.systemUTC();

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
    if (!ModelVersion.exists(requested)) {
      throw new UnknownModelException(requested);
    }
    return requested;
  }

  public String active() {
    return ActiveVersion.current();
  }

  /** Every version, oldest first. */
  public List<VersionView> list() {
    String active = active();
    return ModelVersion.inOrder().stream()
        .map(v -> new VersionView(v.id, v.base, v.parent, v.id.equals(active), v.createdAt))
        .toList();
  }

  /**
   * Makes the untrained model that is served known, and active unless a version of it is. Called at
   * start; does nothing the second time.
   */
  public void ensureBase(String baseId) {
    var now = clock.instant();
    ModelVersion.insertBaseIfAbsent(baseId, now);
    ActiveVersion.ensureComesFrom(baseId, now);
  }
}
