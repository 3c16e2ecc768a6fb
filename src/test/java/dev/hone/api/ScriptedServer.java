package dev.hone.api;

import dev.hone.TestServer;
import dev.hone.alignment.reward.ScriptedRewards;
import dev.hone.inference.ModelHost;
import dev.hone.inference.ScriptedModelHost;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A server on loopback with everything real but the network's logits. */
public class ScriptedServer implements QuarkusTestProfile {
  /** The same, open to the network and so behind a key. */
  public static final class OnTheNetwork extends ScriptedServer {
    static final String KEY = "test-key-0123456789";

    @Override
    public Map<String, String> getConfigOverrides() {
      var settings = new HashMap<>(super.getConfigOverrides());
      settings.put("quarkus.http.host", "0.0.0.0");
      settings.put("hone.key", KEY);
      return settings;
    }
  }

  /** The same with something said to the model before every conversation of the page. */
  public static final class WithSystemPrompt extends ScriptedServer {
    static final String SYSTEM_PROMPT = "Answer like a lighthouse keeper.";

    @Override
    public Map<String, String> getConfigOverrides() {
      var settings = new HashMap<>(super.getConfigOverrides());
      settings.put("hone.chat.system-prompt", SYSTEM_PROMPT);
      return settings;
    }
  }

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "quarkus.arc.exclude-types", ModelHost.class.getName(), "hone.keep-alive", "200ms");
  }

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    return Set.of(ScriptedModelHost.class, ScriptedRewards.class);
  }

  @Override
  public List<TestResourceEntry> testResources() {
    return List.of(new TestResourceEntry(TestServer.class));
  }
}
