package dev.hone.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hone.registry.UnknownModelException;
import dev.hone.registry.VersionView;
import dev.hone.registry.Versions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.stream.Stream;

/** OpenAI's list of models: what can be asked for by name. */
@Path("/v1/models")
@RunOnVirtualThread
public class ModelsResource {
  private final Versions versions;

  ModelsResource(Versions versions) {
    this.versions = versions;
  }

  /**
   * @param created seconds since 1970
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record Model(String id, String object, long created, String ownedBy) {
    private static Model of(String name, VersionView version) {
      return new Model(name, "model", version.createdAt().getEpochSecond(), "hone");
    }
  }

  /** OpenAI's envelope of a list. */
  public record Models(String object, List<Model> data) {}

  /** {@code hone}, which is whatever version is active, then every version of the served base. */
  @GET
  public Models list() {
    var all = served();
    var active = all.stream().filter(VersionView::active);
    return new Models(
        "list",
        Stream.concat(
                active.map(version -> Model.of(Versions.ACTIVE, version)),
                all.stream().map(version -> Model.of(version.id(), version)))
            .toList());
  }

  /** Under the name that was asked for. */
  @GET
  @Path("/{id: .+}")
  public Model get(String id) {
    String version = versions.resolve(id);
    return served().stream()
        .filter(v -> v.id().equals(version))
        .findFirst()
        .map(v -> Model.of(id, v))
        .orElseThrow(() -> new UnknownModelException(id));
  }

  private List<VersionView> served() {
    String base = versions.resolve(Versions.BASE);
    return versions.list().stream().filter(version -> version.base().equals(base)).toList();
  }
}
