package dev.hone.api;

import dev.hone.alignment.reward.AnswerRewards;
import dev.hone.alignment.reward.RewardsUnavailableException;
import dev.hone.chat.AnswerRequest;
import dev.hone.chat.Answers;
import dev.hone.chat.Cancellation;
import dev.hone.chat.Completions;
import dev.hone.chat.Prompt;
import dev.hone.chat.ReadableAnswer;
import dev.hone.chat.Seeds;
import dev.hone.inference.SamplingParams;
import dev.hone.inference.ServedModel;
import dev.hone.inference.TokenEvent;
import dev.hone.inference.TooLittleMemoryException;
import dev.hone.model.MessagesRefusedException;
import dev.hone.model.jinja.TemplateException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** OpenAI's chat completions. */
@Path("/v1/chat/completions")
@RunOnVirtualThread
public class CompletionsResource {
  private final Answers answers;
  private final ModelLookup models;
  private final Draws draws;
  private final AnswerRewards rewards;
  private final Caller caller;
  private final EventStreams streams;
  private final Clock clock = Clock.systemUTC();

  CompletionsResource(
      Answers answers,
      ModelLookup models,
      Draws draws,
      AnswerRewards rewards,
      Caller caller,
      EventStreams streams) {
    this.answers = answers;
    this.models = models;
    this.draws = draws;
    this.rewards = rewards;
    this.caller = caller;
    this.streams = streams;
  }

  /** One method for both forms, since the official clients ask for JSON even when they stream. */
  @POST
  @Consumes(MediaType.WILDCARD)
  public Response complete(byte[] json, RoutingContext context) {
    var body = CompletionBody.parse(json);
    ServedModel model = models.find(body.model());
    var sampling = draws.of(body.drawing(), model);
    var prompt = Prompt.of(model, body.messages(), body.shape().tools().told());
    var head =
        CompletionHead.of(Completions.freshId(), clock.instant().getEpochSecond(), model)
            .with(body.tier());
    var cancellation = Disconnect.of(context);
    var started = started(body, prompt, sampling, head.id(), cancellation);
    Function<List<TokenEvent.Token>, Logprobs> logprobs =
        tokens -> body.logprobs() ? Logprobs.of(tokens, model.format().tokenizer()) : null;
    Supplier<ToolCallReader> readers = () -> body.shape().reader(model);
    if (!body.streaming().wanted()) {
      return Response.ok(
              WholeCompletion.read(head, started, readers, logprobs), MediaType.APPLICATION_JSON)
          .build();
    }
    return streams.open(
        context,
        cancellation,
        events ->
            new StreamedCompletion(head, events, body.streaming().usage(), readers, logprobs)
                .write(started));
  }

  private List<? extends ReadableAnswer> started(
      CompletionBody body,
      Prompt prompt,
      SamplingParams sampling,
      String completion,
      Cancellation cancellation) {
    int contestants = contestants(body);
    if (contestants == 1 || !canBeRewarded(body, prompt)) {
      var requests = requests(body, body.n(), prompt, sampling, completion, body.store());
      return answers.start(requests, cancellation);
    }
    var requests = requests(body, contestants, prompt, sampling, completion, /* store= */ false);
    var drawn = answers.start(requests, cancellation);
    return List.of(new BestAnswer(drawn, prompt.messages(), rewards, body.store()));
  }

  /** Whether the reward model is there and takes the conversation; false only if nobody asked. */
  private boolean canBeRewarded(CompletionBody body, Prompt prompt) {
    boolean asked = body.bestOf().isPresent();
    try {
      rewards.load(prompt.messages());
      return true;
    } catch (MessagesRefusedException | TemplateException e) {
      if (asked) {
        throw InvalidRequestException.wrong(
            CompletionBody.BEST_OF,
            "cannot be used here: the reward model's chat template refuses: " + e.getMessage());
      }
    } catch (RewardsUnavailableException | TooLittleMemoryException e) {
      if (asked) {
        throw e;
      }
    }
    return false;
  }

  /** Answers of which the best is given; 1 where there is nothing to choose. */
  private int contestants(CompletionBody body) {
    if (body.bestOf().orElse(1) > 1 && !rewards.available()) {
      throw InvalidRequestException.wrong(
          CompletionBody.BEST_OF,
          "needs a reward model, and this server has none set (hone.rewards.model)");
    }
    boolean byDefault = body.n() == 1 && rewards.available();
    return body.bestOf().orElse(byDefault ? rewards.bestOf() : 1);
  }

  private List<AnswerRequest> requests(
      CompletionBody body,
      int count,
      Prompt prompt,
      SamplingParams drawn,
      String completion,
      boolean store) {
    var sampling = body.shape().held(drawn, prompt.model());
    String owner = caller.owner(body.user().orElse(null));
    return IntStream.range(0, count)
        .mapToObj(
            choice ->
                AnswerRequest.alone(
                        new AnswerRequest.Draw(completion, choice),
                        owner,
                        prompt,
                        sampling.withSeed(Seeds.ofChoice(sampling.seed(), choice)),
                        store)
                    .with(body.tier().orElse(ServiceTier.DEFAULT).priority()))
        .toList();
  }
}
