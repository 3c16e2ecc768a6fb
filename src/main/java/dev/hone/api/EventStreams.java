package dev.hone.api;

import dev.hone.chat.Cancellation;
import dev.hone.operations.HoneConfig;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Duration;
import java.util.function.Consumer;

/** Opens streams of events as responses. */
@ApplicationScoped
class EventStreams {
  private final Duration silence;

  EventStreams(HoneConfig config) {
    this.silence = config.keepAlive();
  }

  /**
   * @param cancellation called when the client goes
   * @param writer writes all events and returns
   */
  Response open(RoutingContext context, Cancellation cancellation, Consumer<EventStream> writer) {
    String request = RequestId.of(context);
    StreamingOutput events =
        out -> {
          try (var stream = new EventStream(request, out, cancellation, silence)) {
            writer.accept(stream);
          }
        };
    return Response.ok(events, EventStream.MEDIA_TYPE)
        .header("Cache-Control", "no-cache")
        .header("X-Accel-Buffering", "no")
        .build();
  }
}
