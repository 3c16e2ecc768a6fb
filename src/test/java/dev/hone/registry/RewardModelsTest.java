package dev.hone.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.registry.RegistryException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewardModelsTest {
  private static final String BASE = "small";

  @TempDir Path folder;

  private ModelStore store;
  private RewardModels rewards;

  @BeforeEach
  void aStoreWithABase() {
    store = new ModelStore(folder.resolve("models"));
    rewards = new RewardModels(store);
    store.install(
        BASE, "a test", draft -> Files.writeString(draft.resolve("model.safetensors"), "weights"));
  }

  @Test
  void whatIsKeptIsOpenedAndListedOldestFirst() throws IOException {
    var second = add("b", "2026-02-02T00:00:00Z");
    var first = add("a", "2026-01-01T00:00:00Z");
    assertThat(second.manifest().id()).matches("rm-r1-[0-9a-f]{8}");
    assertThat(rewards.list()).containsExactly(first.manifest(), second.manifest());
    assertThat(rewards.open(first.manifest().id())).isEqualTo(first);
    assertThat(rewards.open(RewardModels.NEWEST)).isEqualTo(second);
    assertThat(rewards.base(second)).isEqualTo(store.base(BASE));
    assertThat(second.manifest().sha256())
        .containsOnlyKeys("adapter_config.json", "adapter_model.safetensors", "head.safetensors");
    assertThat(second.path().resolve("head.safetensors")).hasContent("head b");
    assertThat(second.manifest().evaluation().path("accuracy").asDouble()).isEqualTo(0.61);
  }

  @Test
  void oneOfAnEarlierReleaseDoesNotSayWhatItLeftOutOrCut() throws IOException {
    var model = add("a", "2026-01-01T00:00:00Z");
    Path file = model.path().resolve("manifest.json");
    var json = new ObjectMapper();
    var manifest = (ObjectNode) json.readTree(file.toFile());
    assertThat(manifest.remove("untrainable")).isNotNull();
    assertThat(manifest.remove("cut")).isNotNull();
    json.writeValue(file.toFile(), manifest);
    var opened = rewards.open(model.manifest().id()).manifest();
    assertThat(opened.untrainable()).isNull();
    assertThat(opened.cut()).isNull();
    assertThat(opened.hyperparameters()).isEqualTo(model.manifest().hyperparameters());
  }

  @Test
  void theSameWeightsAreKeptOnce() throws IOException {
    var first = add("a", "2026-01-01T00:00:00Z");
    assertThat(add("a", "2026-05-05T00:00:00Z")).isEqualTo(first);
    assertThat(rewards.list()).hasSize(1);
  }

  @Test
  void whereThereIsNoneNoneIsNewest() {
    assertThat(rewards.list()).isEmpty();
    assertThatThrownBy(() -> rewards.open(RewardModels.NEWEST))
        .isInstanceOf(UnknownModelException.class)
        .hasMessage("There is no reward model yet; a round whose plan has rm makes one.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rm-r1-00000000", "../base/small", "", "a b", ".draft"})
  void unknownIdsAndWhatCanBeNone(String id) {
    assertThatThrownBy(() -> rewards.open(id)).isInstanceOf(UnknownModelException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adapter_config.json", "adapter_model.safetensors", "head.safetensors"})
  void filesThatChangedLaterAreNoticedAndMendedByKeepingItAgain(String file) throws IOException {
    var model = add("a", "2026-01-01T00:00:00Z");
    Files.writeString(model.path().resolve(file), "other");
    refused(Reason.REWARD_MODEL_DAMAGED, () -> rewards.open(model.manifest().id()));
    Files.delete(model.path().resolve(file));
    refused(Reason.REWARD_MODEL_DAMAGED, () -> rewards.open(RewardModels.NEWEST));
    assertThat(add("a", "2026-01-01T00:00:00Z")).isEqualTo(model);
  }

  @Test
  void oneWithoutItsManifestIsNamed() throws IOException {
    var model = add("a", "2026-01-01T00:00:00Z");
    Files.delete(model.path().resolve("manifest.json"));
    assertThatThrownBy(rewards::list).hasMessageContaining(model.manifest().id());
    refused(Reason.REWARD_MODEL_DAMAGED, () -> rewards.open(model.manifest().id()));
    var other = add("b", "2026-02-02T00:00:00Z");
    assertThat(rewards.list()).containsExactly(other.manifest());
  }

  @Test
  void aDraftThatAKillLeftIsNoRewardModel() throws IOException {
    add("a", "2026-01-01T00:00:00Z");
    Files.createDirectory(folder.resolve("models/rewards/.rm-r2-00000000.draft"));
    assertThat(rewards.list()).hasSize(1);
  }

  @Test
  void itsBaseMustBeHereWithTheWeightsThatItWasTrainedOver() throws IOException {
    Path trained = trained("a");
    for (var other : new String[][] {{BASE, "0".repeat(64)}, {"gone", store.baseHash(BASE)}}) {
      var manifest = manifest(trained, other[0], other[1], "2026-01-01T00:00:00Z");
      refused(Reason.BASE_MISMATCH, () -> rewards.add(manifest, trained));
    }
    assertThat(rewards.list()).isEmpty();
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws IOException {
    Path trained = trained("a");
    var manifest = manifest(trained, BASE, store.baseHash(BASE), "2026-01-01T00:00:00Z");
    Files.delete(trained.resolve("adapter_config.json"));
    refused(Reason.REWARD_MODEL_NOT_WRITTEN, () -> rewards.add(manifest, trained));
    assertThat(folder.resolve("models/rewards")).isEmptyDirectory();
  }

  private RewardFolder add(String weights, String createdAt) throws IOException {
    Path trained = trained(weights);
    return rewards.add(manifest(trained, BASE, store.baseHash(BASE), createdAt), trained);
  }

  private Path trained(String weights) throws IOException {
    Path trained = Files.createDirectories(folder.resolve("trained-" + weights));
    Files.writeString(trained.resolve("adapter_model.safetensors"), "adapter");
    Files.writeString(trained.resolve("adapter_config.json"), "{}");
    Files.writeString(trained.resolve("head.safetensors"), "head " + weights);
    return trained;
  }

  private static RewardManifest manifest(
      Path trained, String base, String baseSha256, String createdAt) throws IOException {
    return new RewardManifest(
        RewardManifest.idOf("r1", trained),
        base,
        baseSha256,
        "r1",
        "5".repeat(64),
        Map.of("empty-answer", 2),
        Map.of("answers-cut", 3),
        Map.of("centring", "0.01"),
        JsonNodeFactory.instance.objectNode().put("accuracy", 0.61),
        new TreeMap<>(),
        createdAt);
  }

  private static void refused(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .asInstanceOf(type(RegistryException.class))
        .extracting(RegistryException::reason)
        .isEqualTo(reason);
  }
}
