package dev.hone.api;

import dev.hone.chat.AnswerRequest;
import dev.hone.chat.Answers;
import dev.hone.chat.Completions;
import dev.hone.chat.Prompt;
import dev.hone.chat.Seeds;
import dev.hone.inference.ContextLengthExceededException;
import dev.hone.inference.SamplingParams;
import dev.hone.inference.ServedModel;
import dev.hone.model.FillInTheMiddle;
import dev.hone.model.Tokenizer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * OpenAI's legacy completions: a text goes on, without any chat template. Nothing is stored, since
 * nobody is there to like it or not.
 */
@Path("/v1/completions")
@RunOnVirtualThread
public class TextCompletionsResource {
  private final Answers answers;
  private final ModelLookup models;
  private final Draws draws;
  private final Caller caller;
  private final EventStreams streams;
  private final Clock clock = Clock.systemUTC();

  TextCompletionsResource(
      Answers answers, ModelLookup models, Draws draws, Caller caller, EventStreams streams) {
    this.answers = answers;
    this.models = models;
    this.draws = draws;
    this.caller = caller;
    this.streams = streams;
  }

  /** One method for both forms, since the official clients ask for JSON even when they stream. */
  @POST
  @Consumes(MediaType.WILDCARD)
  public Response complete(byte[] json, RoutingContext context) {
    var body = TextCompletionBody.parse(json);
    ServedModel model = models.find(body.model());
    var sampling = draws.of(body.drawing(), model);
    String id = Completions.freshId("cmpl-");
    var head = CompletionHead.of(id, clock.instant().getEpochSecond(), model);
    var cancellation = Disconnect.of(context);
    var started = answers.start(requests(body, model, sampling, id), cancellation);
    var tokenizer = model.format().tokenizer();
    var text =
        new TextAnswers(
            head,
            started,
            openings(body, tokenizer),
            body.n(),
            (tokens, start) -> body.logprobs() ? TextLogprobs.of(tokens, tokenizer, start) : null);
    if (!body.streaming().wanted()) {
      return Response.ok(text.whole(), MediaType.APPLICATION_JSON).build();
    }
    return streams.open(
        context, cancellation, events -> text.stream(events, body.streaming().usage()));
  }

  /** A prompt's answers are drawn as if it had come alone. */
  private List<AnswerRequest> requests(
      TextCompletionBody body, ServedModel model, SamplingParams sampling, String id) {
    String owner = caller.owner(body.user().orElse(null));
    var requests = new ArrayList<AnswerRequest>();
    for (TextPrompt text : body.prompts()) {
      var prompt = prompt(model, text, body);
      for (int choice = 0; choice < body.n(); choice++) {
        requests.add(
            AnswerRequest.alone(
                new AnswerRequest.Draw(id, requests.size()),
                owner,
                prompt,
                sampling.withSeed(Seeds.ofChoice(sampling.seed(), choice)),
                false));
      }
    }
    return requests;
  }

  private static Prompt prompt(ServedModel model, TextPrompt text, TextCompletionBody body) {
    var tokenizer = model.format().tokenizer();
    int[] tokens =
        body.suffix()
            .map(suffix -> gap(tokenizer, text, suffix))
            .orElseGet(() -> text.tokens(tokenizer));
    try {
      return Prompt.ofText(model, tokens);
    } catch (ContextLengthExceededException e) {
      throw InvalidRequestException.tooLong(text.field(), e);
    }
  }

  private static int[] gap(Tokenizer tokenizer, TextPrompt before, String suffix) {
    return FillInTheMiddle.of(tokenizer)
        .orElseThrow(
            () ->
                InvalidRequestException.unsupported(
                    "suffix", ": the model has no tokens for a gap that is to be filled"))
        .prompt(before.tokens(tokenizer), tokenizer.encode(suffix));
  }

  private static List<String> openings(TextCompletionBody body, Tokenizer tokenizer) {
    var openings = new ArrayList<String>();
    for (TextPrompt prompt : body.prompts()) {
      String opening = body.echo() ? prompt.text(tokenizer) : "";
      for (int choice = 0; choice < body.n(); choice++) {
        openings.add(opening);
      }
    }
    return openings;
  }
}
