package dev.hone.api;

import dev.hone.inference.CacheUse;
import dev.hone.inference.Engine;
import dev.hone.inference.ModelHost;
import dev.hone.inference.PrefixUse;
import dev.hone.inference.Priority;
import dev.hone.inference.SpeculationUse;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** What the engine does and has done, for whoever runs the server. */
@Path("/api/engine")
@RunOnVirtualThread
public class EngineResource {
  private final ModelHost host;

  EngineResource(ModelHost host) {
    this.host = host;
  }

  /**
   * @param running sequences in the batch
   * @param waiting for a slot, interactive ones
   * @param waitingFlex for a slot, of {@code service_tier: flex}
   * @param preemptions slots taken away for others, since the start
   */
  public record Work(
      int running,
      int waiting,
      int waitingFlex,
      long preemptions,
      CacheUse cache,
      PrefixUse prefixes,
      SpeculationUse speculation) {}

  /**
   * @throws dev.hone.inference.ModelLoadingException while there is none
   */
  @GET
  public Work work() {
    Engine engine = host.engine();
    return new Work(
        engine.running(),
        engine.queued(Priority.INTERACTIVE),
        engine.queued(Priority.BATCH),
        engine.preemptions(),
        engine.cacheUse(),
        engine.prefixUse(),
        engine.speculationUse());
  }
}
