package dev.hone.api;

import dev.hone.chat.Answer;
import dev.hone.chat.AnswerRequest;
import dev.hone.chat.Answers;
import dev.hone.chat.Completions;
import dev.hone.chat.Prompt;
import dev.hone.chat.Seeds;
import dev.hone.inference.ModelHost;
import dev.hone.inference.SamplingParams;
import dev.hone.inference.ServedModel;
import dev.hone.operations.HoneConfig;
import dev.hone.registry.Versions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** OpenAI's chat completions. */
@Path("/v1/chat/completions")
@RunOnVirtualThread
public class CompletionsResource {
  private final Answers answers;
  private final ModelHost host;
  private final Versions versions;
  private final HoneConfig config;
  private final Caller caller;
  private final Clock clock = Clock.systemUTC();
  private final RandomGenerator random = new SecureRandom();

  CompletionsResource(
      Answers answers, ModelHost host, Versions versions, HoneConfig config, Caller caller) {
    this.answers = answers;
    this.host = host;
    this.versions = versions;
    this.config = config;
    this.caller = caller;
  }

  /** One method for both forms, since the official clients ask for JSON even when they stream. */
  @POST
  @Consumes(MediaType.WILDCARD)
  public Response complete(byte[] json, RoutingContext context) {
    var body = CompletionBody.parse(json);
    ServedModel model = host.model(versions.resolve(body.model().orElse(null)));
    body.checkTokens(model.format().tokenizer().vocabularySize());
    var prompt = Prompt.of(model, body.messages(), body.shape().tools().told());
    var head = CompletionHead.of(Completions.freshId(), clock.instant().getEpochSecond(), model);
    var cancellation = Disconnect.of(context);
    Supplier<ToolCallReader> readers = () -> body.shape().reader(model);
    List<Answer> started = answers.start(requests(body, prompt, head.id()), cancellation);
    if (!body.streaming().wanted()) {
      return Response.ok(WholeCompletion.read(head, started, readers), MediaType.APPLICATION_JSON)
          .build();
    }
    StreamingOutput events =
        out ->
            new StreamedCompletion(
                    head, new EventStream(out, cancellation), body.streaming().usage(), readers)
                .write(started);
    return Response.ok(events, EventStream.MEDIA_TYPE)
        .header("Cache-Control", "no-cache")
        .header("X-Accel-Buffering", "no")
        .build();
  }

  private List<AnswerRequest> requests(CompletionBody body, Prompt prompt, String completion) {
    SamplingParams sampling =
        body.shape()
            .held(
                body.drawing()
                    .over(
                        Completions.defaults(
                            prompt.model(), config.maxNewTokens(), random.nextLong())),
                prompt.model());
    String owner = caller.owner(body.user().orElse(null));
    return IntStream.range(0, body.n())
        .mapToObj(
            choice ->
                AnswerRequest.alone(
                    new AnswerRequest.Draw(completion, choice),
                    owner,
                    prompt,
                    sampling.withSeed(Seeds.ofChoice(sampling.seed(), choice)),
                    body.store()))
        .toList();
  }
}
