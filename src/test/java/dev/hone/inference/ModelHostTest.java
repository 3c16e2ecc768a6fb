package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.registry.UnknownModelException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ModelHostTest {
  private final CompletableFuture<ModelLoader.Loaded> loading = new CompletableFuture<>();
  private final ModelHost host = new ModelHost(loading::join, Duration.ofSeconds(5));

  @Test
  void whileLoadingItIsNotReady() {
    host.start(new StartupEvent());
    assertThat(host.ready()).isFalse();
    assertThat(host.failure()).isEmpty();
    assertThatThrownBy(host::engine).isInstanceOf(ModelLoadingException.class);
  }

  @Test
  void onceLoadedItServesThatVersionOnly() throws InterruptedException {
    var runner = new FixedLogitsRunner(1, 8, 2, _ -> new float[2]);
    var engine =
        new InferenceEngine(runner, ByteTokenizer::new, new int[] {1}, new EngineLimits(1, 1, 1));
    var model = new ServedModel("base", null, null, 8);
    host.start(new StartupEvent());
    loading.complete(new ModelLoader.Loaded(engine, model));
    await(host::ready);
    assertThat(host.engine()).isSameAs(engine);
    assertThat(host.model("base")).isSameAs(model);
    assertThatThrownBy(() -> host.model("other")).isInstanceOf(UnknownModelException.class);
    host.stop(new ShutdownEvent());
    assertThat(runner.closed).isTrue();
  }

  @Test
  void aFailureStaysKnown() {
    var cause = new IllegalStateException("no such folder");
    var failing =
        new ModelHost(
            () -> {
              throw cause;
            },
            Duration.ofSeconds(5));
    failing.start(new StartupEvent());
    await(() -> failing.failure().isPresent());
    assertThat(failing.failure()).contains(cause);
    assertThatThrownBy(failing::engine).hasCause(cause);
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }
}
