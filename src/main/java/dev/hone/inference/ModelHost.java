package dev.hone.inference;

import dev.hone.registry.UnknownModelException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Loads the base model when the server starts, on a thread of its own, and keeps its engine. */
@ApplicationScoped
public class ModelHost {
  private static final Logger LOG = Logger.getLogger(ModelHost.class);

  private final Supplier<ModelLoader.Loaded> loader;
  private final Duration drainPatience;
  private final Thread loading = Thread.ofPlatform().name("model-loader").unstarted(this::load);
  private volatile State state = new State.Loading();

  @Inject
  public ModelHost(InferenceConfig config) {
    this(new ModelLoader(config)::load, config.inference().drainPatience());
  }

  ModelHost(Supplier<ModelLoader.Loaded> loader, Duration drainPatience) {
    this.loader = loader;
    this.drainPatience = drainPatience;
  }

  private sealed interface State {
    record Loading() implements State {}

    record Ready(ModelLoader.Loaded loaded) implements State {}

    record Failed(RuntimeException cause) implements State {}
  }

  void start(@Observes StartupEvent event) {
    loading.start();
  }

  /** Native code that runs while the process exits aborts it, so loading is waited for too. */
  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    if (loading.isAlive()) {
      loading.join(drainPatience);
    }
    drain();
  }

  /**
   * Takes nothing on any more, lets answers finish for a while, cancels the rest. Returns when the
   * engine has stopped.
   */
  public void drain() {
    if (state instanceof State.Ready(var loaded)) {
      var engine = loaded.engine();
      int unfinished = engine.running() + engine.queued();
      if (unfinished > 0) {
        LOG.infof("Answers get %d s to finish: %d", drainPatience.toSeconds(), unfinished);
      }
      engine.drain(drainPatience);
    }
  }

  /** Whether the model is loaded and has decoded a token. */
  public boolean ready() {
    return state instanceof State.Ready;
  }

  /** Why loading failed, if it did; the server stays up to say so. */
  public Optional<RuntimeException> failure() {
    return state instanceof State.Failed(var cause) ? Optional.of(cause) : Optional.empty();
  }

  /**
   * The engine of the loaded model.
   *
   * @throws ModelLoadingException while the model loads
   * @throws ModelUnavailableException when it could not be loaded
   */
  public InferenceEngine engine() {
    return loaded().engine();
  }

  /**
   * A version that is being served.
   *
   * @throws ModelLoadingException while the model loads
   * @throws ModelUnavailableException when it could not be loaded
   * @throws UnknownModelException when that version is not loaded
   */
  public ServedModel model(String version) {
    var model = loaded().model();
    if (!model.version().equals(version)) {
      throw new UnknownModelException(version);
    }
    return model;
  }

  private ModelLoader.Loaded loaded() {
    return switch (state) {
      case State.Loading() -> throw new ModelLoadingException();
      case State.Ready(var loaded) -> loaded;
      case State.Failed(var cause) -> throw new ModelUnavailableException(cause);
    };
  }

  private void load() {
    try {
      state = new State.Ready(loader.get());
    } catch (RuntimeException e) {
      LOG.error("The model could not be loaded", e);
      state = new State.Failed(e);
    } catch (LinkageError e) {
      LOG.error("The native libraries of the engine could not be loaded", e);
      state = new State.Failed(new IllegalStateException("the engine's libraries are missing", e));
    }
  }
}
