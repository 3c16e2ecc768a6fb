package dev.hone.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Gives every request a name, which its response carries and the log repeats if it fails. A client
 * may bring its own.
 */
@ApplicationScoped
class RequestId {
  static final String HEADER = "x-request-id";

  private static final String PROCESSING = "openai-processing-ms";

  /** Before the gate, so that refusals have a name too. */
  private static final int PRIORITY = Gate.PRIORITY + 1;

  private static final String NAME = "hone.request";

  /** What can stand in a header and in a line of the log as it is. */
  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}");

  void stand(@Observes Filters filters) {
    filters.register(RequestId::name, PRIORITY);
  }

  static String of(RoutingContext context) {
    return context.get(NAME);
  }

  private static void name(RoutingContext context) {
    if (of(context) == null) { // else routed again within the server
      String id = chosen(context.request().getHeader(HEADER));
      context.put(NAME, id);
      context.response().putHeader(HEADER, id);
      if (Routes.openAi(context.normalizedPath())) {
        time(context);
      }
    }
    context.next();
  }

  /** Up to the first byte of the response, as OpenAI's. */
  private static void time(RoutingContext context) {
    long start = System.nanoTime();
    context.addHeadersEndHandler(
        _ ->
            context
                .response()
                .putHeader(
                    PROCESSING,
                    Long.toString(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))));
  }

  private static String chosen(String given) {
    return given != null && SANE.matcher(given).matches()
        ? given
        : "req_" + UUID.randomUUID().toString().replace("-", "");
  }
}
