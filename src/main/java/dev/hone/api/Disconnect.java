package dev.hone.api;

import dev.hone.chat.Cancellation;
import io.vertx.ext.web.RoutingContext;

/** Tells when the client goes away before it has its answer, streamed or not. */
final class Disconnect {
  private Disconnect() {}

  static Cancellation of(RoutingContext context) {
    var cancellation = new Cancellation();
    context.addEndHandler(_ -> cancellation.cancel());
    return cancellation;
  }
}
