package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.loop.PlanDraft;
import dev.hone.loop.Round;
import dev.hone.loop.Rounds;
import dev.hone.loop.StepExports;
import dev.hone.loop.StepExports.StepFile;
import dev.hone.preference.PairSource;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Rounds of improvement: started, watched, cancelled, resumed. */
@Path("/api/rounds")
@RunOnVirtualThread
public class RoundsResource {
  private static final String PLAN = "plan";

  /** The recipe that the data allows. */
  private static final String AUTO = "auto";

  private final Rounds rounds;
  private final StepExports exports;
  private final Caller caller;

  RoundsResource(Rounds rounds, StepExports exports, Caller caller) {
    this.rounds = rounds;
    this.exports = exports;
    this.caller = caller;
  }

  @GET
  public List<Round> list() {
    return rounds.list();
  }

  @GET
  @Path("{id}")
  public Round get(@PathParam("id") String id) {
    return rounds.get(id);
  }

  /** A report of every step so far. */
  @GET
  @Path("{id}/curve")
  public List<JsonNode> curve(@PathParam("id") String id) {
    return rounds.curve(id);
  }

  /** The same for spreadsheets. */
  @GET
  @Path("{id}/metrics.csv")
  @Produces("text/csv; charset=utf-8")
  public Response csv(@PathParam("id") String id) {
    return file(exports.csv(id));
  }

  /** The same for TensorBoard. */
  @GET
  @Path("{id}/metrics.tfevents")
  @Produces(MediaType.APPLICATION_OCTET_STREAM)
  public Response events(@PathParam("id") String id) {
    return file(exports.events(id));
  }

  private static Response file(StepFile file) {
    StreamingOutput content = file.content()::writeTo;
    return Response.ok(content)
        .header(
            HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"%s\"".formatted(file.name()))
        .build();
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response start(byte[] body) throws IOException {
    Round round = rounds.start(order(body), caller.owner(null));
    return Response.status(Response.Status.CREATED)
        .header("Location", "/api/rounds/" + round.id())
        .entity(round)
        .build();
  }

  /** What a start with the same body would do. */
  @POST
  @Path("plan")
  @Consumes(MediaType.APPLICATION_JSON)
  public Rounds.Preview plan(byte[] body) throws IOException {
    return rounds.preview(order(body));
  }

  @POST
  @Path("{id}/cancel")
  public Round cancel(@PathParam("id") String id) throws InterruptedException {
    return rounds.cancel(id, caller.owner(null));
  }

  @POST
  @Path("{id}/resume")
  public Round resume(@PathParam("id") String id) {
    return rounds.resume(id, caller.owner(null));
  }

  private static Rounds.Order order(byte[] body) {
    var fields = new Fields(Json.object(body), "");
    fields.refuseOthers(Set.of("recipe", PLAN, "settings", "include", "mixture"));
    return new Rounds.Order(
        plan(fields), settings(fields), include(fields), fields.text("mixture"));
  }

  private static Optional<PlanDraft> plan(Fields fields) {
    Optional<String> recipe = fields.text("recipe").filter(name -> !name.equals(AUTO));
    Optional<JsonNode> plan = fields.any(PLAN);
    if (recipe.isPresent() && plan.isPresent()) {
      throw InvalidRequestException.wrong(PLAN, "must not stand beside a recipe");
    }
    return plan.map(PlanDraft::read).or(() -> recipe.map(PlanDraft::named));
  }

  /** Values may be written as text or as what they are. */
  private static Map<String, String> settings(Fields fields) {
    Map<String, String> settings = new TreeMap<>();
    fields
        .any("settings")
        .ifPresent(
            node -> {
              if (!node.isObject()) {
                throw InvalidRequestException.wrongType("settings", "an object");
              }
              for (var setting : node.properties()) {
                if (!setting.getValue().isValueNode() || setting.getValue().isNull()) {
                  throw InvalidRequestException.wrongType(
                      "settings." + setting.getKey(), "a string or a number");
                }
                settings.put(setting.getKey(), setting.getValue().asText());
              }
            });
    return settings;
  }

  private static Set<PairSource> include(Fields fields) {
    var given = fields.any("include");
    if (given.isEmpty()) {
      return EnumSet.allOf(PairSource.class);
    }
    if (!given.get().isArray() || given.get().isEmpty()) {
      throw InvalidRequestException.wrongType("include", "a list of imported, votes");
    }
    var include = EnumSet.noneOf(PairSource.class);
    for (JsonNode name : given.get()) {
      include.add(source(name.asText()));
    }
    return include;
  }

  private static PairSource source(String name) {
    return PairSource.of(name)
        .orElseThrow(
            () -> InvalidRequestException.wrong("include", "must be a list of imported, votes"));
  }
}
