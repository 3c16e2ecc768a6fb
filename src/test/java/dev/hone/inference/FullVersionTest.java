package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.hone.model.LoraAdapter;
import dev.hone.model.LoraLayout;
import dev.hone.model.LoraShape;
import dev.hone.model.LoraTarget;
import dev.hone.model.SmallModel;
import dev.hone.model.UnsupportedModelException;
import dev.hone.registry.ActiveChanged;
import dev.hone.registry.ActiveChanging;
import dev.hone.registry.Candidate;
import dev.hone.registry.DamagedVersionException;
import dev.hone.registry.ModelStore;
import dev.hone.registry.VersionFolder;
import dev.hone.registry.VersionView;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A base, an adapter over it and a version of full weights, from their folders to their answers.
 */
class FullVersionTest {
  private static final SmallModel CHAT = new SmallModel(SmallModel.resource("golden/chat"));
  private static final String BASE = "chat";
  private static final LoraShape SHAPE =
      new LoraShape(4, 8, Set.of(LoraTarget.Q, LoraTarget.V, LoraTarget.DOWN));

  @TempDir Path home;

  private ModelStore store;
  private LoadedBase loaded;
  private boolean closed;
  private String adapter;
  private String full;

  @BeforeEach
  void load() throws IOException {
    store = new ModelStore(home.resolve("models"));
    store.install(BASE, "test", CHAT::copyTo);
    adapter = install(Candidate.of(store, BASE, BASE, drawn(1)));
    full = installMerged(2);
    loaded = new ModelLoader(config()).load();
  }

  private void serveAll() {
    for (String version : List.of(BASE, adapter, full)) {
      loaded.open(version, Optional.empty());
    }
  }

  @AfterEach
  void close() {
    if (!closed) {
      loaded.engine().drain(Duration.ofSeconds(10));
      loaded.close();
    }
  }

  @Test
  void allTogetherAnswerAsEachAlone() {
    serveAll();
    var versions = List.of(BASE, adapter, full, full);
    var alone = new ArrayList<int[]>();
    for (int i = 0; i < 12; i++) {
      alone.add(submit(versions.get(i % 4), i).ids());
    }
    assertThat(alone.subList(0, 3)).doesNotHaveDuplicates();
    var together = new ArrayList<Answer>();
    for (int i = 0; i < 12; i++) {
      together.add(submit(versions.get(i % 4), i));
    }
    for (int i = 0; i < 12; i++) {
      assertThat(together.get(i).ids()).isEqualTo(alone.get(i));
    }
  }

  @Test
  void oneThatRetiredIsGoneAndMayComeBack() {
    serveAll();
    assertThat(loaded.hasOwnWeights(full)).isTrue();
    assertThat(loaded.hasOwnWeights(adapter)).isFalse();
    int[] before = submit(full, 1).ids();
    assertThat(loaded.retire(full, Duration.ofSeconds(10))).isTrue();
    assertThat(submit(adapter, 1).ids()).isNotEqualTo(before);
    loaded.open(full, Optional.empty());
    assertThat(submit(full, 1).ids()).isEqualTo(before);
  }

  @Test
  void whatIsNotAsPublishedOrNotFiniteIsRefusedAndHarmsNobody() throws IOException {
    serveAll();
    int[] before = submit(full, 1).ids();
    String damaged = installMerged(3);
    Path weights = store.version(damaged).resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    assertThatThrownBy(() -> loaded.open(damaged, Optional.empty()))
        .isInstanceOf(DamagedVersionException.class);
    // The last number of a tensor in bf16 becomes a NaN.
    bytes[bytes.length - 2] = bytes[bytes.length - 1] = (byte) 0xff;
    Path broken = Files.createDirectories(home.resolve("broken"));
    Files.write(broken.resolve("model.safetensors"), bytes);
    String notFinite = install(Candidate.of(store, BASE, BASE, broken));
    assertThatThrownBy(() -> loaded.open(notFinite, Optional.empty()))
        .isInstanceOf(UnsupportedModelException.class);
    assertThat(submit(full, 1).ids()).isEqualTo(before);
  }

  @Test
  void oneBecomesActiveAndRollsBackWhileAnswersRun() throws InterruptedException {
    serveAll();
    int[] ofBase = submit(BASE, 1).ids();
    int[] ofFull = submit(full, 1).ids();
    for (String version : List.of(BASE, adapter, full)) {
      loaded.retire(version, Duration.ofSeconds(10));
    }
    var active = new AtomicReference<>(BASE);
    var host =
        new ModelHost(() -> loaded, () -> {}, active::get, this::known, Duration.ofSeconds(10));
    host.start(new StartupEvent());
    while (!host.ready()) {
      Thread.onSpinWait();
    }
    for (String to : List.of(full, BASE, full, adapter)) {
      var running = submit(host.model(active.get()).version(), 1);
      String from = active.get();
      host.activeChanges(new ActiveChanging(to));
      active.set(to);
      host.activeChanged(new ActiveChanged(from, to));
      assertThat(host.ready()).isTrue();
      assertThat(running.ids()).isEqualTo(from.equals(full) ? ofFull : ofBase);
    }
    host.stop(new ShutdownEvent());
    closed = true;
  }

  private Optional<VersionView> known(String id) {
    return Optional.of(
        new VersionView(
            id,
            BASE,
            id.equals(BASE) ? null : BASE,
            "r1",
            id.equals(BASE) ? null : VersionFolder.open(store, id).manifestSha256(),
            false,
            Instant.EPOCH));
  }

  private Answer submit(String version, int seed) {
    int[] prompt = new int[5 + 3 * seed % 17];
    Arrays.setAll(prompt, i -> (i * 37 + seed * 11 + 3) % 500);
    var answer = new Answer();
    var params = new SamplingParams(0, 1, 0, 0, 24, List.of());
    loaded.engine().submit(new GenerationRequest(version, prompt, params), answer);
    return answer;
  }

  private String installMerged(long seed) throws IOException {
    Path merged = CHAT.merged(drawn(seed), home.resolve("merged-" + seed));
    return install(Candidate.of(store, BASE, BASE, merged));
  }

  private String install(Candidate candidate) {
    candidate.install(store);
    return candidate.id();
  }

  private Path drawn(long seed) throws IOException {
    Path folder = Files.createDirectories(home.resolve("adapter-" + seed));
    var random = new Random(seed);
    try (NDManager manager = NDManager.newBaseManager()) {
      var matrices =
          LoraLayout.of(SHAPE, CHAT.architecture()).stream()
              .map(tensor -> matrix(manager, tensor.shape(), random))
              .toList();
      new LoraAdapter(SHAPE, matrices).save(folder, CHAT.architecture(), BASE);
      return folder;
    }
  }

  private static NDArray matrix(NDManager manager, long[] shape, Random random) {
    float[] values = new float[(int) (shape[0] * shape[1])];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.2 * random.nextGaussian());
    }
    return manager.create(values, new Shape(shape));
  }

  private InferenceConfig config() {
    return TestConfig.of(
        Map.of(
            "hone.data",
            home.toString(),
            "hone.models",
            home.resolve("models").toString(),
            "hone.model",
            BASE,
            "hone.inference.precision",
            "f32"));
  }
}
