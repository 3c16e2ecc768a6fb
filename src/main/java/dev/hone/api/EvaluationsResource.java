package dev.hone.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.evaluation.TaskJob;
import dev.hone.loop.Judgement;
import dev.hone.loop.Judgements;
import dev.hone.preference.Format;
import dev.hone.registry.RewardModels;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Judges a version or a reward model on a file of preferences, or a version on tasks. */
@Path("/api/evaluations")
@RunOnVirtualThread
public class EvaluationsResource {
  private static final String JSON_LINES = "application/x-ndjson";

  /** Leaves as much of the longest window that is used for a prompt. */
  private static final int MAX_NEW_TOKENS = 2048;

  private final Judgements judgements;

  EvaluationsResource(Judgements judgements) {
    this.judgements = judgements;
  }

  /** Answers with lines of progress, then one with the result or an error. */
  @POST
  @Consumes(MediaType.WILDCARD)
  public Response evaluate(
      InputStream body,
      @QueryParam("version") @DefaultValue("active") String version,
      @QueryParam("reference") String reference,
      @QueryParam("format") @DefaultValue("trl") String format,
      RoutingContext context)
      throws IOException {
    return answer(judgements.receive(version, reference, format(format), body), context);
  }

  /** The same of a reward model. */
  @POST
  @Path("rewards")
  @Consumes(MediaType.WILDCARD)
  public Response evaluateReward(
      InputStream body,
      @QueryParam("model") @DefaultValue(RewardModels.NEWEST) String model,
      @QueryParam("format") @DefaultValue("trl") String format,
      RoutingContext context)
      throws IOException {
    return answer(judgements.receiveForReward(model, format(format), body), context);
  }

  /** The same of tasks that a version is to do, which a program checks. */
  @POST
  @Path("tasks")
  @Consumes(MediaType.WILDCARD)
  public Response evaluateTasks(
      InputStream body,
      @QueryParam("version") @DefaultValue("active") String version,
      @QueryParam("tasks") @DefaultValue("0") String tasks,
      @QueryParam("temperature") @DefaultValue("0") String temperature,
      @QueryParam("maxNewTokens") @DefaultValue("256") String maxNewTokens,
      @QueryParam("seed") @DefaultValue("0") String seed,
      RoutingContext context)
      throws IOException {
    int most = count("tasks", tasks, 0, Integer.MAX_VALUE);
    var asking =
        new TaskJob.Asking(
            most == 0 ? Integer.MAX_VALUE : most,
            temperature(temperature),
            count("maxNewTokens", maxNewTokens, 1, MAX_NEW_TOKENS),
            seed(seed));
    return answer(judgements.receiveTasks(version, asking, body), context);
  }

  private static int count(String name, String given, int least, int most) {
    try {
      int count = Integer.parseInt(given);
      if (count >= least && count <= most) {
        return count;
      }
    } catch (NumberFormatException _) {
      // Said below as of a number that is none of these.
    }
    throw InvalidRequestException.wrong(name, "must be from %d to %d".formatted(least, most));
  }

  private static double temperature(String given) {
    try {
      double temperature = Double.parseDouble(given);
      if (temperature >= 0 && temperature <= 2) {
        return temperature;
      }
    } catch (NumberFormatException _) {
      // Said below as of a number that is none of these.
    }
    throw InvalidRequestException.wrong("temperature", "must be from 0 to 2");
  }

  private static long seed(String given) {
    if (!given.matches("-?[0-9]{1,18}")) {
      throw InvalidRequestException.wrong("seed", "must be a whole number of up to 18 digits");
    }
    return Long.parseLong(given);
  }

  private static Response answer(Judgement judgement, RoutingContext context) {
    String request = RequestId.of(context);
    StreamingOutput lines = out -> answer(judgement, out, request);
    return Response.ok(lines).type(JSON_LINES).build();
  }

  private static void answer(Judgement judgement, OutputStream out, String request) {
    try {
      write(out, "result", judgement.run(progress -> write(out, "progress", progress)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      write(out, "error", error(new AnswerStoppedException(), request));
    } catch (UncheckedIOException e) {
      throw e; // nobody reads any more
    } catch (RuntimeException e) {
      write(out, "error", error(e, request));
    }
  }

  private static ObjectNode error(RuntimeException e, String request) {
    Failure failure = Failures.of(e, request);
    return JsonNodeFactory.instance
        .objectNode()
        .put("code", failure.code())
        .put("message", failure.message());
  }

  private static void write(OutputStream out, String kind, Object value) {
    String line = "{\"%s\":%s}\n".formatted(kind, Json.write(value));
    try {
      out.write(line.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Format format(String name) {
    return Arrays.stream(Format.values())
        .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(() -> InvalidRequestException.wrong("format", "must be one of trl, hh"));
  }
}
