package dev.hone.api;

import dev.hone.chat.Cancellation;
import dev.hone.chat.Conversations;
import dev.hone.chat.PageChat;
import dev.hone.chat.PageReply;
import dev.hone.chat.Place;
import dev.hone.chat.PlainText;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The page's conversations. */
@Path("/api/conversations")
@RunOnVirtualThread
public class ConversationsResource {
  private static final int MAX_TITLE_LENGTH = 200;
  private static final int MAX_ANSWERS = 2;

  private final Conversations conversations;
  private final PageChat chat;
  private final Caller caller;
  private final EventStreams streams;

  ConversationsResource(
      Conversations conversations, PageChat chat, Caller caller, EventStreams streams) {
    this.conversations = conversations;
    this.chat = chat;
    this.caller = caller;
    this.streams = streams;
  }

  @GET
  public List<Conversations.Entry> list() {
    return conversations.list(owner());
  }

  @POST
  public Response create() {
    return Response.status(Response.Status.CREATED).entity(conversations.create(owner())).build();
  }

  @GET
  @Path("/{id}")
  public Conversations.Content read(UUID id) {
    return conversations.read(id, owner());
  }

  @PATCH
  @Path("/{id}")
  public Conversations.Entry rename(UUID id, byte[] json) {
    var fields = new Fields(Json.object(json), "");
    fields.refuseOthers(Set.of("title"));
    String title = PlainText.storable(fields.requiredText("title").strip());
    if (title.isEmpty() || title.length() > MAX_TITLE_LENGTH) {
      throw InvalidRequestException.wrong(
          "title", "must have 1 to " + MAX_TITLE_LENGTH + " characters");
    }
    return conversations.rename(id, owner(), title);
  }

  @DELETE
  @Path("/{id}")
  public void delete(UUID id) {
    conversations.delete(id, owner());
  }

  @POST
  @Path("/{id}/messages")
  public Response send(UUID id, byte[] json, RoutingContext context) {
    var fields = new Fields(Json.object(json), "");
    fields.refuseOthers(Set.of("text", "answers"));
    String text = PlainText.storable(fields.requiredText("text"));
    if (text.isBlank()) {
      throw InvalidRequestException.wrong("text", "must not be blank");
    }
    int answers = answers(fields);
    var cancellation = Disconnect.of(context);
    return stream(chat.send(id, owner(), text, answers, cancellation), context, cancellation);
  }

  @POST
  @Path("/{id}/exchanges/{position}/regenerate")
  public Response regenerate(UUID id, int position, byte[] json, RoutingContext context) {
    var fields = new Fields(Json.object(json), "");
    fields.refuseOthers(Set.of("answers"));
    int answers = answers(fields);
    var cancellation = Disconnect.of(context);
    return stream(
        chat.regenerate(new Place(id, position), owner(), answers, cancellation),
        context,
        cancellation);
  }

  @POST
  @Path("/{id}/exchanges/{position}/choose")
  public void choose(UUID id, int position, byte[] json) {
    var fields = new Fields(Json.object(json), "");
    fields.refuseOthers(Set.of("turn"));
    conversations.choose(id, owner(), position, fields.requiredText("turn"));
  }

  private static int answers(Fields fields) {
    return fields.count("answers", 1, MAX_ANSWERS).orElse(1);
  }

  private Response stream(PageReply reply, RoutingContext context, Cancellation cancellation) {
    return streams.open(context, cancellation, events -> new PageEvents(events).write(reply));
  }

  private String owner() {
    return caller.owner(null);
  }
}
