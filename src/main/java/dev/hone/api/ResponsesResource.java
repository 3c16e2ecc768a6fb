package dev.hone.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.chat.Answer;
import dev.hone.chat.AnswerEnd;
import dev.hone.chat.AnswerRequest;
import dev.hone.chat.Answers;
import dev.hone.chat.Completions;
import dev.hone.chat.KeptResponse;
import dev.hone.chat.KeptResponses;
import dev.hone.chat.PlainText;
import dev.hone.chat.Prompt;
import dev.hone.inference.ContextLengthExceededException;
import dev.hone.inference.ServedModel;
import dev.hone.model.Message;
import dev.hone.model.MessagesRefusedException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** OpenAI's responses: text in and out, with the conversation kept here. */
@Path("/v1/responses")
@RunOnVirtualThread
public class ResponsesResource {
  private final Answers answers;
  private final KeptResponses kept;
  private final ModelLookup models;
  private final Draws draws;
  private final Caller caller;
  private final EventStreams streams;
  private final Clock clock = Clock.systemUTC();

  ResponsesResource(
      Answers answers,
      KeptResponses kept,
      ModelLookup models,
      Draws draws,
      Caller caller,
      EventStreams streams) {
    this.answers = answers;
    this.kept = kept;
    this.models = models;
    this.draws = draws;
    this.caller = caller;
    this.streams = streams;
  }

  @POST
  @Consumes(MediaType.WILDCARD)
  public Response create(byte[] json, RoutingContext context) {
    var body = ResponsesBody.parse(json);
    ServedModel model = models.find(body.model());
    var sampling = draws.of(body.drawing(), model);
    String reader = caller.owner(null);
    List<Message> earlier = earlier(body, reader);
    var prompt = prompt(model, body.messages(earlier));
    var head =
        CompletionHead.of(Completions.freshId("resp_"), clock.instant().getEpochSecond(), model);
    var view = ResponseView.of(head, Completions.freshId("msg_"), body, sampling);
    var request =
        AnswerRequest.alone(
                new AnswerRequest.Draw(view.id(), 0),
                caller.owner(body.user().orElse(null)),
                prompt,
                sampling,
                body.store())
            .with(body.tier().orElse(ServiceTier.DEFAULT).priority());
    BiConsumer<String, AnswerEnd> keep =
        (text, end) -> {
          if (body.store()) {
            var conversation = conversation(earlier, body.input(), text);
            kept.keep(
                new KeptResponse(view.id(), conversation, Json.write(view.ended(text, end))),
                reader);
          }
        };
    var cancellation = Disconnect.of(context);
    Answer answer = answers.start(List.of(request), cancellation).getFirst();
    return body.stream()
        ? streams.open(
            context, cancellation, events -> new ResponseEvents(view, events).write(answer, keep))
        : Response.ok(whole(view, answer, keep), MediaType.APPLICATION_JSON).build();
  }

  @GET
  @Path("/{id}")
  @Produces(MediaType.APPLICATION_JSON)
  public String get(String id, @QueryParam("stream") boolean stream) {
    if (stream) {
      throw InvalidRequestException.unsupported("stream");
    }
    return kept.find(id, caller.owner(null))
        .map(KeptResponse::body)
        .orElseThrow(() -> new UnknownResponseException(id));
  }

  /** The turn in it stays, since votes refer to it. */
  @DELETE
  @Path("/{id}")
  public ObjectNode delete(String id) {
    if (!kept.remove(id, caller.owner(null))) {
      throw new UnknownResponseException(id);
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", "response")
        .put("deleted", true);
  }

  private List<Message> earlier(ResponsesBody body, String owner) {
    return body.previous()
        .map(
            id ->
                kept.find(id, owner)
                    .orElseThrow(() -> InvalidRequestException.previousUnknown(id))
                    .messages())
        .orElse(List.of());
  }

  private static Prompt prompt(ServedModel model, List<Message> messages) {
    try {
      return Prompt.of(model, messages);
    } catch (ContextLengthExceededException e) {
      throw InvalidRequestException.tooLong("input", e);
    } catch (MessagesRefusedException e) {
      throw InvalidRequestException.refusedByTemplate("input", e);
    }
  }

  private static List<Message> conversation(
      List<Message> earlier, List<Message> input, String answer) {
    var said = Stream.of(new Message("assistant", PlainText.storable(answer)));
    return Stream.of(earlier.stream(), input.stream(), said).flatMap(all -> all).toList();
  }

  private static String whole(
      ResponseView view, Answer answer, BiConsumer<String, AnswerEnd> keep) {
    var text = new StringBuilder();
    var end = answer.read(text::append);
    ObjectNode response = view.ended(text.toString(), end);
    keep.accept(text.toString(), end);
    return Json.write(response);
  }
}
