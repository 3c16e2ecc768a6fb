package dev.hone.api;

import dev.hone.registry.ModelStore;
import dev.hone.registry.RegistryConfig;
import dev.hone.registry.RewardManifest;
import dev.hone.registry.RewardModels;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

/** The reward models that this instance has. */
@Path("/api/reward-models")
@RunOnVirtualThread
public class RewardModelsResource {
  private final RewardModels rewards;

  RewardModelsResource(RegistryConfig config) {
    this.rewards = new RewardModels(new ModelStore(config.models()));
  }

  /** Oldest first. */
  @GET
  public List<RewardManifest> list() {
    return rewards.list();
  }
}
