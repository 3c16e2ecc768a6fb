package dev.hone.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hone.inference.SentenceEmbeddings;
import dev.hone.registry.UnknownModelException;
import dev.hone.registry.VersionView;
import dev.hone.registry.Versions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
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
   * @param root the version that answers under this id
   * @param parent the version that it was trained from; null for an untrained model
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record Model(
      String id, String object, long created, String ownedBy, String root, String parent) {
    /** Since its release. */
    private static final Model EMBEDDINGS =
        new Model(
            SentenceEmbeddings.MODEL,
            "model",
            Instant.parse("2021-08-30T00:00:00Z").getEpochSecond(),
            "sentence-transformers",
            SentenceEmbeddings.MODEL,
            null);

    private static Model of(String name, VersionView version) {
      return new Model(
          name,
          "model",
          version.createdAt().getEpochSecond(),
          "hone",
          version.id(),
          version.parent());
    }
  }

  /** OpenAI's envelope of a list. */
  public record Models(String object, List<Model> data) {}

  /**
   * {@code hone}, which is whatever version is active, and {@code base}, the untrained model under
   * it, then every version of the served base by its own id, then the model of embeddings.
   */
  @GET
  public Models list() {
    var all = served();
    return new Models(
        "list",
        Stream.of(
                named(Versions.ACTIVE, all.stream().filter(VersionView::active)),
                named(Versions.BASE, all.stream().filter(version -> version.parent() == null)),
                all.stream().map(version -> Model.of(version.id(), version)),
                Stream.of(Model.EMBEDDINGS))
            .flatMap(models -> models)
            .toList());
  }

  private static Stream<Model> named(String name, Stream<VersionView> version) {
    return version.map(it -> Model.of(name, it));
  }

  /** Under the name that was asked for. */
  @GET
  @Path("/{id: .+}")
  public Model get(String id) {
    if (id.equals(SentenceEmbeddings.MODEL)) {
      return Model.EMBEDDINGS;
    }
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
