package dev.hone.api;

import dev.hone.inference.ModelHost;
import dev.hone.operations.HoneConfig;
import dev.hone.registry.Versions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** What the page shows around a chat. */
@Path("/api/status")
@RunOnVirtualThread
public class StatusResource {
  private final ModelHost host;
  private final Versions versions;
  private final HoneConfig config;
  private final Access access;
  private final Caller caller;

  StatusResource(
      ModelHost host, Versions versions, HoneConfig config, Access access, Caller caller) {
    this.host = host;
    this.versions = versions;
    this.config = config;
    this.access = access;
    this.caller = caller;
  }

  /**
   * @param model id of the base
   * @param active the version that answers
   * @param contextWindow tokens; 0 while the model loads
   * @param failure why the model can't be served; null unless loading it failed
   */
  public record Status(
      boolean ready,
      String model,
      String active,
      String owner,
      boolean signInRequired,
      int contextWindow,
      String failure) {}

  @GET
  public Status status() {
    boolean ready = host.ready();
    String active = versions.active();
    return new Status(
        ready,
        config.model(),
        active,
        caller.owner(null),
        !access.open(),
        ready ? host.model(active).contextWindow() : 0,
        host.failure().map(RuntimeException::getMessage).orElse(null));
  }
}
