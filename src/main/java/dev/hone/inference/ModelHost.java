package dev.hone.inference;

import dev.hone.registry.ActiveChanged;
import dev.hone.registry.ActiveChanging;
import dev.hone.registry.RegistryException;
import dev.hone.registry.UnknownModelException;
import dev.hone.registry.VersionView;
import dev.hone.registry.Versions;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Loads the base and the active version when the server starts, on a thread of its own, keeps their
 * engine, and loads further versions of the base as they are asked for or become active.
 */
@ApplicationScoped
public class ModelHost {
  private static final Logger LOG = Logger.getLogger(ModelHost.class);

  private final Supplier<LoadedBase> base;
  private final Runnable stopLoading;
  private final Supplier<String> active;
  private final Function<String, Optional<VersionView>> known;
  private final Duration drainPatience;
  private final ExecutorService loader =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("model-loader").factory());
  private volatile State state = new State.Loading();
  private volatile boolean draining;

  @Inject
  public ModelHost(InferenceConfig config, Versions versions) {
    this(new ModelLoader(config), config, versions);
  }

  private ModelHost(ModelLoader base, InferenceConfig config, Versions versions) {
    this(
        base::load,
        base::stop,
        versions::active,
        versions::find,
        config.inference().drainPatience());
  }

  /**
   * @param stopLoading makes {@code base} end soon, if it goes on; it may throw a {@link
   *     CancellationException} then
   * @param active id of the version that answers
   * @param known the version with an id, if there is one
   */
  ModelHost(
      Supplier<LoadedBase> base,
      Runnable stopLoading,
      Supplier<String> active,
      Function<String, Optional<VersionView>> known,
      Duration drainPatience) {
    this.base = base;
    this.stopLoading = stopLoading;
    this.active = active;
    this.known = known;
    this.drainPatience = drainPatience;
  }

  private sealed interface State {
    record Loading() implements State {}

    record Failed(RuntimeException cause) implements State {}

    /**
     * @param problem why the active version can't be served, though others can
     */
    record Loaded(VersionLanes lanes, Optional<RuntimeException> problem) implements State {}
  }

  void start(@Observes StartupEvent event) {
    Thread.ofVirtual().name("model-host").start(this::load);
  }

  private void load() {
    try {
      var loaded = CompletableFuture.supplyAsync(base, loader).join();
      var lanes = new VersionLanes(loaded, loader, System::nanoTime);
      openBase(lanes);
      String answering;
      do {
        answering = active.get();
        serve(lanes, answering);
      } while (!answering.equals(active.get()));
    } catch (CompletionException e) {
      failed(cause(e));
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void failed(RuntimeException cause) {
    if (cause instanceof CancellationException || cause instanceof RejectedExecutionException) {
      LOG.info("The server ended before its model was loaded");
      state = new State.Failed(new EngineStoppedException());
    } else {
      LOG.error("The model could not be loaded", cause);
      state = new State.Failed(cause);
    }
  }

  /** Where the base does not work, on whatever device, nothing of it stays. */
  private void openBase(VersionLanes lanes) {
    boolean works = false;
    try {
      lanes.load(lanes.base(), Optional.empty(), true);
      works = true;
    } finally {
      if (!works) {
        lanes.engine().drain(Duration.ZERO);
        CompletableFuture.runAsync(lanes::close, loader).join();
      }
    }
  }

  /** The native libraries may be missing, which is no exception but an error. */
  private static RuntimeException cause(CompletionException e) {
    return e.getCause() instanceof RuntimeException cause
        ? cause
        : new IllegalStateException("the engine's libraries are missing", e.getCause());
  }

  private void serve(VersionLanes lanes, String version) {
    lanes.activate(version);
    try {
      lanes.load(version, manifest(version), true);
      state = new State.Loaded(lanes, Optional.empty());
    } catch (RuntimeException e) {
      LOG.errorf(e, "The active version %s can't be served", version);
      state = new State.Loaded(lanes, Optional.of(e));
    }
  }

  private Optional<String> manifest(String version) {
    return known.apply(version).map(VersionView::manifestSha256);
  }

  /** Native code that runs while the process exits aborts it, so loading is waited for too. */
  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopLoading.run();
    loader.shutdown();
    boolean quiet = loader.awaitTermination(drainPatience.toMillis(), TimeUnit.MILLISECONDS);
    drain();
    if (quiet && state instanceof State.Loaded(var lanes, _)) {
      lanes.close();
    }
  }

  /**
   * Takes nothing on any more, lets answers finish for a while, cancels the rest. Returns when the
   * engine has stopped.
   */
  public void drain() {
    draining = true;
    if (state instanceof State.Loaded(var lanes, _)) {
      var engine = lanes.engine();
      int unfinished = engine.running() + engine.queued();
      if (unfinished > 0) {
        LOG.infof("Answers get %d s to finish: %d", drainPatience.toSeconds(), unfinished);
      }
      engine.drain(drainPatience);
    }
  }

  /** Whether the active version is loaded, has decoded a token, and still takes questions. */
  public boolean ready() {
    return !draining && state instanceof State.Loaded(_, var problem) && problem.isEmpty();
  }

  /** Why the active version can't be served, if so; the server stays up to say so. */
  public Optional<RuntimeException> failure() {
    return switch (state) {
      case State.Loading() -> Optional.empty();
      case State.Failed(var cause) -> Optional.of(cause);
      case State.Loaded(_, var problem) -> problem;
    };
  }

  /**
   * The engine, which serves each version that {@link #model} has returned.
   *
   * @throws ModelLoadingException while the base loads
   * @throws ModelUnavailableException when it could not be loaded
   */
  public Engine engine() {
    return lanes().engine();
  }

  /**
   * A version, ready to be submitted requests for. Loads it if need be, which takes part of a
   * second; others are served meanwhile.
   *
   * @param version the base that is served, or a version of it
   * @throws ModelLoadingException while the base loads
   * @throws ModelUnavailableException when the base could not be loaded
   * @throws EngineStoppedException when the server ended before it was
   * @throws UnknownModelException when there is no such version of this base
   * @throws RegistryException when its files are not those that were published
   * @throws EngineBusyException when too many other versions are in use
   * @throws TooLittleMemoryException when it has weights of its own that there is no memory for
   */
  public ServedModel model(String version) {
    var lanes = lanes();
    return lanes.find(version).orElseGet(() -> load(lanes, version));
  }

  private ServedModel load(VersionLanes lanes, String version) {
    var view =
        known
            .apply(version)
            .filter(it -> it.base().equals(lanes.base()))
            .orElseThrow(() -> new UnknownModelException(version));
    return lanes.load(version, Optional.ofNullable(view.manifestSha256()), false);
  }

  /** What can't be loaded does not become active: the exception keeps it from it. */
  void activeChanges(@Observes ActiveChanging event) {
    if (state instanceof State.Loaded(var lanes, _)) {
      lanes.load(event.to(), manifest(event.to()), true);
    }
  }

  void activeChanged(@Observes ActiveChanged event) {
    if (state instanceof State.Loaded(var lanes, _)) {
      serve(lanes, event.to());
    }
  }

  private VersionLanes lanes() {
    return switch (state) {
      case State.Loading() -> throw new ModelLoadingException();
      case State.Failed(EngineStoppedException _) -> throw new EngineStoppedException();
      case State.Failed(var cause) -> throw new ModelUnavailableException(cause);
      case State.Loaded(var lanes, _) -> lanes;
    };
  }
}
