package dev.hone.api;

import dev.hone.registry.VersionView;
import dev.hone.registry.Versions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

/** The model versions that this instance knows. */
@Path("/api/versions")
@RunOnVirtualThread
public class VersionsResource {
  private final Versions versions;

  VersionsResource(Versions versions) {
    this.versions = versions;
  }

  @GET
  public List<VersionView> list() {
    return versions.list();
  }
}
