package dev.hone.inference;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.model.Architecture;
import dev.hone.model.CacheMemory;
import dev.hone.model.ChatFormat;
import dev.hone.model.Cpu;
import dev.hone.model.Network;
import dev.hone.model.Precision;
import dev.hone.model.Tokenizer;
import dev.hone.registry.ModelStore;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jboss.logging.Logger;

/** Brings a base model from its folder to an engine that can serve it and its versions. */
final class ModelLoader {
  private static final Logger LOG = Logger.getLogger(ModelLoader.class);
  private static final String AUTO = "auto";
  private static final String THREADS = "ai.djl.pytorch.num_threads";

  private final InferenceConfig config;
  private volatile boolean stopped;

  ModelLoader(InferenceConfig config) {
    this.config = config;
  }

  /**
   * Ends a measurement that goes on, which takes a minute or more: native code that still runs when
   * the process exits crashes it. What loads then ends with a {@link CancellationException}.
   */
  void stop() {
    stopped = true;
  }

  private void goOn() {
    if (stopped) {
      throw new CancellationException("the server ended before its model was loaded");
    }
  }

  /** On the devices that are set. */
  LoadedBase load() {
    var settings = config.inference();
    Path folder = new ModelStore(config.models()).base(config.model());
    var format = ChatFormat.load(folder);
    var architecture = Architecture.load(folder);
    int window = window(settings, architecture);
    var cache = cache(settings, architecture, window);
    return LoadedBase.on(
        ComputeDevice.listOf(settings.device()),
        device -> start(device, folder, format, window, cache));
  }

  private LoadedBase.OnDevice start(
      ComputeDevice device, Path folder, ChatFormat format, int window, CachePlan cache) {
    long start = System.nanoTime();
    NDManager manager = manager(device);
    Runnable undo = manager::close;
    boolean started = false;
    try {
      var plan = plan(device, manager, folder);
      var networks = networks(manager, folder, plan, window);
      undo =
          () -> {
            networks.close();
            manager.close();
          };
      var source = new TorchLanes(config, manager, networks, format, cache);
      var engine = engine(source.newRunner(), format, cache);
      LOG.infof(
          "Model %s loaded on %s in %.1f s: %s",
          config.model(), device.label(), (System.nanoTime() - start) / 1e9, plan.describe());
      started = true;
      return new LoadedBase.OnDevice(device, engine, source);
    } finally {
      if (!started) {
        undo.run();
      }
    }
  }

  private InferenceEngine engine(ModelRunner runner, ChatFormat format, CachePlan cache) {
    var settings = config.inference();
    return new InferenceEngine(
        runner,
        () -> text(format.tokenizer()),
        format.endOfTurn(),
        new EngineLimits(
            settings.queue(),
            settings.maxBatch(),
            settings.prefillChunk(),
            settings.sharedPrefillChunk(),
            settings.queuePatience(),
            cache,
            settings.speculation()));
  }

  /** As set, or else the model's own as far as one sequence of it may have memory. */
  static int window(InferenceConfig.Inference settings, Architecture net) {
    long bytes = settings.cacheMemory().asLongValue();
    long holds = (long) CacheMemory.blocksIn(bytes, net) * CacheMemory.BLOCK;
    if (settings.contextWindow().isPresent() || holds >= net.maxPositions()) {
      return Math.min(settings.contextWindow().orElse(Integer.MAX_VALUE), net.maxPositions());
    }
    LOG.infof(
        "The context window is the %d tokens that hone.inference.cache-memory holds, not the"
            + " model's %d",
        holds, net.maxPositions());
    return (int) holds;
  }

  private static CachePlan cache(InferenceConfig.Inference settings, Architecture net, int window) {
    var plan =
        CachePlan.of(settings.cacheMemory().asLongValue(), net, window, settings.prefixCache());
    LOG.infof(
        "Keys and values: %d tokens for those who run, %d for what may be needed again",
        plan.slots() * CacheMemory.BLOCK, plan.prefixes() * CacheMemory.BLOCK);
    return plan;
  }

  /** On the processor, also where there is a GPU. */
  static NDManager manager() {
    return manager(new ComputeDevice.Processor());
  }

  /**
   * The first use of libtorch; how many threads it takes is decided before.
   *
   * @throws DeviceUnavailableException when nothing can be computed on the device
   */
  static NDManager manager(ComputeDevice device) {
    if (System.getProperty(THREADS) == null) {
      System.setProperty(THREADS, "" + Cpu.current().cores());
    }
    NDManager manager =
        switch (device) {
          case ComputeDevice.Processor() -> NDManager.newBaseManager(Device.cpu());
          case ComputeDevice.Cuda(int index) -> tried(device, Device.gpu(index));
        };
    TorchRunner.plainly();
    return manager;
  }

  private static NDManager tried(ComputeDevice device, Device gpu) {
    NDManager manager = NDManager.newBaseManager(gpu);
    try (NDArray one = manager.create(new float[] {1});
        NDArray two = one.add(one)) {
      // What was only queued may still fail, until it is read.
      if (two.toFloatArray()[0] != 2) {
        throw new EngineException("one and one are not two");
      }
      return manager;
    } catch (EngineException e) {
      manager.close();
      throw DeviceUnavailableException.missing(device, e);
    }
  }

  private PrecisionPlan plan(ComputeDevice device, NDManager manager, Path folder) {
    return switch (device) {
      case ComputeDevice.Processor() -> plan(manager, folder);
      case ComputeDevice.Cuda _ ->
          PrecisionPlan.onGpu(
              Optional.of(config.inference().precision())
                  .filter(name -> !name.equals(AUTO))
                  .map(Precision::of));
    };
  }

  /** On the processor: as set, or as measured here before, or else measured now. */
  PrecisionPlan plan(NDManager manager, Path folder) {
    String wanted = config.inference().precision();
    if (!wanted.equals(AUTO)) {
      LOG.infof("Precision %s, as set", wanted);
      return PrecisionPlan.all(Precision.of(wanted));
    }
    var record = config.data().resolve("precision.json");
    var trials = MeasuredPrecisions.of(manager, folder, record, this::goOn);
    var plan = PrecisionPlan.choose(trials);
    LOG.infof(
        "%s on %s: %s; measured %s",
        config.model(),
        Cpu.current().model(),
        plan.describe(),
        trials.stream().map(PrecisionTrial::describe).toList());
    return plan;
  }

  private static TorchRunner.Networks networks(
      NDManager manager, Path folder, PrecisionPlan plan, int window) {
    Map<Precision, Network> networks = new EnumMap<>(Precision.class);
    for (Precision precision : plan.precisions()) {
      networks.put(precision, Network.load(manager, folder, precision, window, Optional.empty()));
    }
    return new TorchRunner.Networks(plan.decode().map(networks::get), networks.get(plan.prefill()));
  }

  private static TokenText text(Tokenizer tokenizer) {
    var stream = tokenizer.stream();
    return new TokenText() {
      @Override
      public String push(int token) {
        return stream.push(token);
      }

      @Override
      public String flush() {
        return stream.flush();
      }
    };
  }
}
