package dev.hone.inference;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import dev.hone.inference.constraint.Constraints;
import dev.hone.inference.constraint.Vocabulary;
import dev.hone.model.Architecture;
import dev.hone.model.BlockPool;
import dev.hone.model.CacheMemory;
import dev.hone.model.ChatFormat;
import dev.hone.model.FullWeights;
import dev.hone.model.GenerationDefaults;
import dev.hone.model.LoraAdapter;
import dev.hone.registry.ModelStore;
import dev.hone.registry.RegistryException;
import dev.hone.registry.VersionFolder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** The networks of one base in memory, and what its versions have (docs/adr/0007, 0013). */
final class TorchLanes implements LaneSource {
  private static final Logger LOG = Logger.getLogger(TorchLanes.class);
  private static final double MIB = 1 << 20;

  private final InferenceConfig config;
  private final ModelStore store;
  private final NDManager manager;
  private final TorchRunner.Networks networks;
  private final TorchVersions versions;
  private final Set<String> full = ConcurrentHashMap.newKeySet();
  private final CacheMemory memory;
  private final BlockPool pool;
  private final ChatFormat format;
  private final GenerationDefaults defaults;
  private final Constraints constraints;

  /** Takes over the networks and the manager, and closes them with itself. */
  TorchLanes(
      InferenceConfig config,
      NDManager manager,
      TorchRunner.Networks networks,
      ChatFormat format,
      CachePlan plan) {
    this.config = config;
    this.store = new ModelStore(config.models());
    this.manager = manager;
    this.networks = networks;
    this.versions = new TorchVersions(manager, networks);
    this.memory = new CacheMemory(plan.slots());
    this.pool = new BlockPool(manager, networks.prefill().architecture(), plan.prefixes());
    this.format = format;
    this.defaults = GenerationDefaults.load(store.base(base()));
    this.constraints =
        new Constraints(() -> new Vocabulary(format.tokenizer().spellings(), format.endOfTurn()));
  }

  @Override
  public String base() {
    return config.model();
  }

  @Override
  public ServedModel model(String version) {
    return new ServedModel(version, format, defaults, networks.prefill().window(), constraints);
  }

  /** What serves the base and all versions; to be closed before this. */
  ModelRunner newRunner() {
    return new TorchRunner(manager, versions, config.inference().maxBatch(), memory, pool);
  }

  @Override
  public int load(String version, Optional<String> manifestSha256) {
    long start = System.nanoTime();
    int number = version.equals(base()) ? tryBase() : loadVersion(version, manifestSha256);
    double ownBytes = hasOwnWeights(version) ? networks.bytes() : 0;
    LOG.infof(
        "%s is served, after %.2f s; its own weights take %.0f MiB, all adapters %.0f",
        version, (System.nanoTime() - start) / 1e9, ownBytes / MIB, versions.adapterBytes() / MIB);
    return number;
  }

  @Override
  public boolean hasOwnWeights(String version) {
    return full.contains(version);
  }

  private int tryBase() {
    versions.tryOut(format.endOfTurn()[0]);
    return ModelRunner.BASE;
  }

  private int loadVersion(String version, Optional<String> manifestSha256) {
    var folder = VersionFolder.open(store, version);
    manifestSha256.ifPresent(folder::expect);
    if (!folder.manifest().base().equals(base())) {
      throw RegistryException.anotherBase(version, folder.manifest().base());
    }
    return switch (folder.manifest().kind()) {
      case ADAPTER -> loadAdapter(folder.path());
      case FULL -> loadWeights(version, folder.path());
    };
  }

  private int loadAdapter(Path folder) {
    Architecture architecture = networks.prefill().architecture();
    try (NDManager passing = manager.newSubManager()) {
      var adapter = LoraAdapter.load(passing, folder, architecture);
      return versions.load(adapter, format.endOfTurn()[0]);
    }
  }

  private int loadWeights(String version, Path folder) {
    boolean onGpu = manager.getDevice().isGpu();
    if (!onGpu) {
      TooLittleMemoryException.check(version, networks.bytes(), FreeMemory.OF_THIS_MACHINE);
    }
    FullWeights.checkFinite(folder);
    try {
      int number = versions.load(networks.of(manager, folder), format.endOfTurn()[0]);
      full.add(version);
      return number;
    } catch (EngineException e) {
      if (onGpu && e.getMessage().contains("out of memory")) {
        throw TooLittleMemoryException.onGpu(version, networks.bytes(), e);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    pool.close();
    versions.close();
    networks.close();
    manager.close();
  }
}
