package dev.hone.inference;

import dev.hone.RealModel;
import dev.hone.model.ChatFormat;
import dev.hone.registry.Versions;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Serves what {@link Script} says through the real engine: tokens are bytes, prompts are real. */
@Alternative
@Singleton
public class ScriptedModelHost extends ModelHost {
  public static final int SLOTS = 2;
  public static final int QUEUE = 4;
  public static final int WINDOW = 500;

  private volatile boolean loading;

  public ScriptedModelHost(InferenceConfig config, Versions versions) {
    super(
        () ->
            new ScriptedLanes(
                    config.model(),
                    SLOTS,
                    WINDOW,
                    ChatFormat.load(RealModel.folder()),
                    Script::logits)
                .loaded(QUEUE),
        () -> {},
        versions::active,
        versions::find,
        Duration.ofSeconds(1));
  }

  /** As before the model was loaded, or no longer so. */
  public void pretendToLoad(boolean loading) {
    this.loading = loading;
  }

  @Override
  public boolean ready() {
    return !loading && super.ready();
  }

  @Override
  public ServedModel model(String version) {
    if (loading) {
      throw new ModelLoadingException();
    }
    return super.model(version);
  }

  @Override
  void start(@Observes StartupEvent event) {
    super.start(event);
    while (!ready()) {
      Thread.onSpinWait();
    }
  }
}
