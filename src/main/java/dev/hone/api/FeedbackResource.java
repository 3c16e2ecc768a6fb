package dev.hone.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.hone.feedback.FeedbackEntry;
import dev.hone.feedback.FeedbackException;
import dev.hone.feedback.FeedbackException.Reason;
import dev.hone.feedback.FeedbackLog;
import dev.hone.feedback.Vote;
import dev.hone.feedback.VoteJson;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Votes in, and one's own votes out. */
@Path("/api/feedback")
@RunOnVirtualThread
public class FeedbackResource {
  private static final int MAX_KEY_LENGTH = 200;
  private static final int MAX_BODY_BYTES = 2 << 20;

  private final FeedbackLog log;
  private final Caller caller;

  FeedbackResource(FeedbackLog log, Caller caller) {
    this.log = log;
    this.caller = caller;
  }

  /** The id of a vote. */
  public record Accepted(UUID id) {}

  /** A vote as its owner gets it back; what its kind does not have is left out. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Given(
      UUID id,
      String kind,
      String turn,
      List<String> turns,
      Vote.Value value,
      Vote.Choice choice,
      List<String> reasons,
      String comment,
      String text,
      Instant createdAt) {
    static Given of(FeedbackEntry entry) {
      var id = entry.id();
      var at = entry.createdAt();
      return switch (entry.vote()) {
        case Vote.Rating(var turn, var value, var reasons, var comment) ->
            new Given(id, "rating", turn, null, value, null, reasons, comment, null, at);
        case Vote.Comparison(var turns, var choice) ->
            new Given(id, "comparison", null, turns, null, choice, null, null, null, at);
        case Vote.Ranking(var turns) ->
            new Given(id, "ranking", null, turns, null, null, null, null, null, at);
        case Vote.Edit(var turn, var text) ->
            new Given(id, "edit", turn, null, null, null, null, null, text, at);
        case Vote.Withdrawal _ ->
            new Given(id, "withdrawal", null, null, null, null, null, null, null, at);
      };
    }
  }

  /** 201 when it was written, 200 when this key had brought it before. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response give(InputStream body, @HeaderParam("Idempotency-Key") String key)
      throws IOException {
    if (key != null && key.length() > MAX_KEY_LENGTH) {
      throw malformed("Idempotency-Key may have at most %d characters".formatted(MAX_KEY_LENGTH));
    }
    var posted = VoteJson.read(bounded(body));
    var receipt =
        log.take(
            caller.owner(posted.user().orElse(null)),
            posted.vote(),
            Optional.ofNullable(key).filter(name -> !name.isBlank()));
    return Response.status(receipt.repeated() ? Status.OK : Status.CREATED)
        .entity(new Accepted(receipt.id()))
        .build();
  }

  /** The caller's votes in a conversation that still count. */
  @GET
  public List<Given> given(
      @QueryParam("conversation") String conversation, @QueryParam("user") String user) {
    return log.inConversation(conversationId(conversation), caller.owner(user)).stream()
        .map(Given::of)
        .toList();
  }

  private static byte[] bounded(InputStream body) throws IOException {
    byte[] read = body.readNBytes(MAX_BODY_BYTES + 1);
    if (read.length > MAX_BODY_BYTES) {
      throw new ClientErrorException(Status.REQUEST_ENTITY_TOO_LARGE);
    }
    return read;
  }

  private static UUID conversationId(String text) {
    if (text == null) {
      throw malformed("the query parameter 'conversation' is required");
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw malformed("'conversation' is not an id: " + text);
    }
  }

  private static FeedbackException malformed(String detail) {
    return new FeedbackException(Reason.MALFORMED_VOTE, detail);
  }
}
