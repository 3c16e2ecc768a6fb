package dev.hone.inference;

import dev.hone.RealModel;
import dev.hone.model.ChatFormat;
import dev.hone.model.GenerationDefaults;
import dev.hone.registry.UnknownModelException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/** Serves what {@link Script} says through the real engine: tokens are bytes, prompts are real. */
@Alternative
@Singleton
public class ScriptedModelHost extends ModelHost {
  public static final int SLOTS = 2;
  public static final int QUEUE = 4;
  public static final int WINDOW = 500;

  private final String version;
  private final ChatFormat format = ChatFormat.load(RealModel.folder());
  private volatile InferenceEngine engine;

  public ScriptedModelHost(InferenceConfig config) {
    super(config);
    this.version = config.model();
  }

  @Override
  void start(@Observes StartupEvent event) {
    engine =
        new InferenceEngine(
            new FixedLogitsRunner(SLOTS, WINDOW, ByteTokenizer.VOCABULARY, Script::logits),
            ByteTokenizer::new,
            new int[] {ByteTokenizer.END},
            new EngineLimits(QUEUE, 1_000, 1_000));
  }

  @Override
  void stop(@Observes ShutdownEvent event) {
    engine.drain(Duration.ofSeconds(1));
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public Optional<RuntimeException> failure() {
    return Optional.empty();
  }

  @Override
  public InferenceEngine engine() {
    return engine;
  }

  @Override
  public ServedModel model(String requested) {
    if (!requested.equals(version)) {
      throw new UnknownModelException(requested);
    }
    return new ServedModel(version, format, new GenerationDefaults(1, 1, 0), WINDOW);
  }
}
