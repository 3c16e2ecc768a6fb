package dev.hone.api;

import dev.hone.loop.Releases;
import dev.hone.loop.VersionInfo;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Set;

/** The model versions that this instance knows, and which of them answers. */
@Path("/api/versions")
@RunOnVirtualThread
public class VersionsResource {
  private final Releases releases;
  private final Caller caller;

  VersionsResource(Releases releases, Caller caller) {
    this.releases = releases;
    this.caller = caller;
  }

  @GET
  public List<VersionInfo> list() {
    return releases.list();
  }

  @POST
  @Path("{id}/publish")
  @Consumes(MediaType.APPLICATION_JSON)
  public VersionInfo publish(@PathParam("id") String id, byte[] body) {
    var fields = new Fields(Json.object(body), "");
    fields.refuseOthers(Set.of("override", "why"));
    return releases.publish(
        id, fields.flag("override", false), fields.text("why").orElse(null), caller.owner(null));
  }

  @POST
  @Path("rollback")
  @Consumes(MediaType.APPLICATION_JSON)
  public VersionInfo rollback(byte[] body) {
    var fields = new Fields(Json.object(body), "");
    fields.refuseOthers(Set.of("why"));
    return releases.rollback(fields.text("why").orElse(null), caller.owner(null));
  }
}
