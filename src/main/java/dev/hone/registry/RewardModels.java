package dev.hone.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** The reward models of a store, in {@code rewards/<id>/} beside its versions. */
public final class RewardModels {
  /** Asks for the one that was made last. */
  public static final String NEWEST = "newest";

  private static final Logger LOG = Logger.getLogger(RewardModels.class);

  private static final Comparator<RewardManifest> BY_AGE =
      Comparator.comparing(RewardManifest::createdAt).thenComparing(RewardManifest::id);

  private final ModelStore store;

  /** Those that were told of. */
  private final Set<Path> passedOver = ConcurrentHashMap.newKeySet();

  public RewardModels(ModelStore store) {
    this.store = store;
  }

  /**
   * What their manifests say, oldest first. One whose manifest is damaged keeps nobody from the
   * others.
   *
   * @throws RegistryException naming one whose manifest cannot be read, where none can
   */
  public List<RewardManifest> list() {
    var manifests = new ArrayList<RewardManifest>();
    Optional<RegistryException> damage = Optional.empty();
    for (Path path : store.rewards()) {
      try {
        manifests.add(RewardFolder.read(path).manifest());
      } catch (RegistryException e) {
        damage = Optional.of(e);
        if (passedOver.add(path)) {
          LOG.warnf("A reward model is passed over: %s", e.getMessage());
        }
      }
    }
    if (manifests.isEmpty() && damage.isPresent()) {
      throw damage.get();
    }
    manifests.sort(BY_AGE);
    return manifests;
  }

  /**
   * Opens one and checks its files.
   *
   * @param requested an id, or {@code newest}
   * @throws UnknownModelException when there is none
   * @throws RegistryException when a file is missing or changed, or its base here is another
   */
  public RewardFolder open(String requested) {
    return RewardFolder.open(store, resolve(requested));
  }

  /**
   * The id behind a name.
   *
   * @param requested an id, or {@code newest}
   * @throws UnknownModelException when there is no such reward model
   * @throws RegistryException when it is asked for the newest of damaged ones
   */
  public String resolve(String requested) {
    if (requested.equals(NEWEST)) {
      var all = list();
      if (all.isEmpty()) {
        throw UnknownModelException.noRewardModel();
      }
      return all.getLast().id();
    }
    if (!Files.isDirectory(store.reward(requested))) {
      throw UnknownModelException.rewardModel(requested);
    }
    return requested;
  }

  /** The folder of a reward model's base. */
  public Path base(RewardFolder model) {
    return store.base(model.manifest().base());
  }

  /**
   * Keeps a reward model: all of it, or nothing. One that is there already stays, unless it is
   * damaged.
   *
   * @param trained folder of its adapter and head; copied
   * @throws RegistryException when its base here is another than it was trained over, or the store
   *     cannot be written
   */
  public RewardFolder add(RewardManifest manifest, Path trained) {
    Path target = store.reward(manifest.id());
    RewardFolder.requireBase(store, manifest);
    try {
      String expected = RewardManifest.idOf(manifest.round(), trained);
      if (!manifest.id().equals(expected)) {
        throw new IllegalArgumentException(
            "the reward model in %s is %s, not %s".formatted(trained, expected, manifest.id()));
      }
      Optional<RewardFolder> there = find(manifest.id());
      if (there.isPresent()) {
        return there.get();
      }
      WholeFolder.write(target, draft -> RewardFolder.write(draft, manifest, trained));
      return RewardFolder.open(store, manifest.id());
    } catch (IOException e) {
      throw new RegistryException(
          RegistryException.Reason.REWARD_MODEL_NOT_WRITTEN,
          "Reward model %s can't be written to %s: %s.".formatted(manifest.id(), target, e),
          e);
    }
  }

  /** One that is there, whole, and over a base that is here. */
  public Optional<RewardFolder> find(String id) {
    try {
      return Optional.of(RewardFolder.open(store, id));
    } catch (RegistryException absentOrDamaged) {
      return Optional.empty();
    }
  }
}
