package dev.hone.inference;

import ai.djl.ndarray.NDManager;
import dev.hone.inference.constraint.Constraints;
import dev.hone.inference.constraint.Vocabulary;
import dev.hone.model.Architecture;
import dev.hone.model.BlockPool;
import dev.hone.model.CacheMemory;
import dev.hone.model.ChatFormat;
import dev.hone.model.GenerationDefaults;
import dev.hone.model.LoraAdapter;
import dev.hone.model.Network;
import dev.hone.registry.ModelStore;
import dev.hone.registry.RegistryException;
import dev.hone.registry.VersionFolder;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The networks of one base in memory, and adapters looked at over them (docs/adr/0007). */
final class TorchLanes implements LaneSource {
  private static final Logger LOG = Logger.getLogger(TorchLanes.class);

  private final InferenceConfig config;
  private final ModelStore store;
  private final NDManager manager;
  private final TorchRunner.Networks networks;
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

  @Override
  public ModelRunner runner(String version, Optional<String> manifestSha256) {
    long start = System.nanoTime();
    var runner = untried(version, manifestSha256);
    boolean works = false;
    try {
      runner.tryOut(format.endOfTurn()[0]);
      works = true;
      LOG.infof("%s is served, after %.2f s", version, (System.nanoTime() - start) / 1e9);
      return runner;
    } finally {
      if (!works) {
        runner.close();
      }
    }
  }

  private TorchRunner untried(String version, Optional<String> manifestSha256) {
    var views = views(version, manifestSha256);
    return new TorchRunner(
        manager.newSubManager(), views, config.inference().maxBatch(), memory, pool);
  }

  private TorchRunner.Networks views(String version, Optional<String> manifestSha256) {
    if (version.equals(base())) {
      return networks.adapted(Optional.empty());
    }
    var folder = VersionFolder.open(store, version);
    manifestSha256.ifPresent(folder::expect);
    if (!folder.manifest().base().equals(base())) {
      throw RegistryException.anotherBase(version, folder.manifest().base());
    }
    Architecture architecture = networks.prefill().architecture();
    try (NDManager passing = manager.newSubManager()) {
      return networks.adapted(Optional.of(LoraAdapter.load(passing, folder.path(), architecture)));
    }
  }

  @Override
  public void close() {
    pool.close();
    networks.distinct().forEach(Network::close);
    manager.close();
  }
}
