package dev.hone.alignment.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.alignment.RewardScorer;
import dev.hone.alignment.WarmStart;
import dev.hone.alignment.reward.AnswerRewards.Said;
import dev.hone.inference.FakeMemory;
import dev.hone.inference.TooLittleMemoryException;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
import dev.hone.model.LoraShape;
import dev.hone.model.LoraTarget;
import dev.hone.model.Message;
import dev.hone.model.MessagesRefusedException;
import dev.hone.model.ScalarHead;
import dev.hone.model.SmallModel;
import dev.hone.registry.ModelStore;
import dev.hone.registry.RewardFolder;
import dev.hone.registry.RewardManifest;
import dev.hone.registry.RewardModels;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerRewardsTest {
  private static final Path BASE = SmallModel.resource("golden/chat");
  private static final List<Message> ASKED = List.of(new Message("user", "Tell me about tea."));

  @TempDir Path folder;

  @Test
  void namesAndDefaults() {
    var config = config(Map.of()).rewards();
    assertThat(config.model()).isEmpty();
    assertThat(config.bestOf()).isEqualTo(1);
    var set = config(Map.of("hone.rewards.model", "newest", "hone.rewards.best-of", "4")).rewards();
    assertThat(set.model()).contains("newest");
    assertThat(set.bestOf()).isEqualTo(4);
    assertThatThrownBy(() -> new AnswerRewards(config(Map.of("hone.rewards.best-of", "0"))))
        .hasMessage("hone.rewards.best-of must be from 1 to 16");
  }

  @Test
  void answersAreRewardedAsTheScorerDoes() throws IOException {
    RewardFolder model = add("2026-01-01T00:00:00Z", 1);
    var rewards = rewards(RewardModels.NEWEST);
    var format = ChatFormat.load(BASE);
    int[] prompt = format.prompt(ASKED);
    int[] ended = format.answer("Tea is nice.");
    int[] cut = Arrays.copyOf(ended, ended.length - 1);
    double[] expected;
    try (var scorer = RewardScorer.open(BASE, model.path())) {
      expected = scorer.score(prompt, List.of(ended, cut, format.answer("")));
    }
    double[] found =
        rewards.of(
            ASKED,
            List.of(new Said("Tea is nice.", true), new Said("Tea is nice.", false), said("")));
    assertThat(found).containsExactly(expected, within(1e-5));
    assertThat(found).doesNotHaveDuplicates();
    rewards.stop(new ShutdownEvent());
  }

  @Test
  void whatIsTooLongIsCutToFit() throws IOException {
    add("2026-01-01T00:00:00Z", 1);
    var rewards = rewards(RewardModels.NEWEST);
    String longText = "A long story about trains. ".repeat(400);
    var asked = List.of(new Message("user", longText));
    assertThat(rewards.of(asked, List.of(said(longText), said("No.")))).doesNotContain(Double.NaN);
    rewards.stop(new ShutdownEvent());
  }

  @Test
  void theNewestIsTakenAsSoonAsItIsThere() throws IOException {
    add("2026-01-01T00:00:00Z", 1);
    var rewards = rewards(RewardModels.NEWEST);
    double[] before = rewards.of(ASKED, List.of(said("Yes.")));
    add("2026-01-02T00:00:00Z", 2);
    rewards.load(ASKED);
    assertThat(rewards.of(ASKED, List.of(said("Yes.")))).isNotEqualTo(before);
    rewards.stop(new ShutdownEvent());
  }

  @Test
  void oneThatIsNotThereIsNamedBeforeAnythingIsDrawn() {
    var rewards = rewards("rm-r9-00000000");
    assertThat(rewards.available()).isTrue();
    assertThatThrownBy(() -> rewards.load(ASKED))
        .isInstanceOf(RewardsUnavailableException.class)
        .hasMessage(
            "the reward model of hone.rewards.model cannot be used: "
                + "There is no reward model 'rm-r9-00000000'");
    assertThat(new AnswerRewards(config(Map.of())).available()).isFalse();
    rewards.stop(new ShutdownEvent());
  }

  @Test
  void oneThatThereIsNoMemoryForIsRefusedAndLoadedOnceThereIs() throws IOException {
    RewardFolder model = add("2026-01-01T00:00:00Z", 1);
    var little = FakeMemory.machine(folder, 1 << 10);
    var rewards = new AnswerRewards(config(Map.of("hone.rewards.model", "newest")), little);
    assertThatThrownBy(() -> rewards.load(ASKED))
        .isInstanceOf(TooLittleMemoryException.class)
        .hasMessageStartingWith(model.manifest().id() + " has weights of its own");
    FakeMemory.machine(folder, 1L << 36);
    rewards.load(ASKED);
    rewards.stop(new ShutdownEvent());
  }

  private static Said said(String text) {
    return new Said(text, true);
  }

  private AnswerRewards rewards(String model) {
    return new AnswerRewards(config(Map.of("hone.rewards.model", model)));
  }

  @Test
  void whatItsTemplateRefusesIsKnownBeforeAnythingIsAnswered() throws IOException {
    add("2026-01-01T00:00:00Z", 1);
    Files.writeString(
        new ModelStore(folder.resolve("models")).base("chat").resolve("chat_template.jinja"),
        "{{ raise_exception('one turn a conversation') }}");
    var rewards = rewards(RewardModels.NEWEST);
    assertThatThrownBy(() -> rewards.load(ASKED))
        .isInstanceOf(MessagesRefusedException.class)
        .hasMessage("one turn a conversation");
    rewards.stop(new ShutdownEvent());
  }

  private RewardConfig config(Map<String, String> settings) {
    return new SmallRyeConfigBuilder()
        .withMapping(RewardConfig.class)
        .withDefaultValues(settings)
        .withDefaultValue("hone.models", folder.resolve("models").toString())
        .build()
        .getConfigMapping(RewardConfig.class);
  }

  private RewardFolder add(String createdAt, float scale) throws IOException {
    var store = new ModelStore(folder.resolve("models"));
    store.install("chat", "a test", SmallModel::copyChat);
    Path trained = Files.createDirectories(folder.resolve("trained-" + scale));
    var net = Architecture.load(BASE);
    float[] weight = new float[net.hidden()];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = scale * (i % 5 - 2);
    }
    try (var manager = NDManager.newBaseManager();
        var head = new ScalarHead(manager.create(weight, new Shape(1, weight.length)));
        var adapter =
            WarmStart.adapter(
                manager, net, new LoraShape(2, 4, EnumSet.of(LoraTarget.Q)), Optional.empty(), 1)) {
      adapter.save(trained, net, "chat");
      head.save(trained, net);
    }
    var manifest =
        new RewardManifest(
            RewardManifest.idOf("r1", trained),
            "chat",
            store.baseHash("chat"),
            "r1",
            "5".repeat(64),
            Map.of(),
            Map.of(),
            Map.of(),
            JsonNodeFactory.instance.objectNode(),
            new TreeMap<>(),
            createdAt);
    return new RewardModels(store).add(manifest, trained);
  }
}
