package dev.hone.api;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Maps whatever a resource throws, once. */
class ErrorMapper {
  @ServerExceptionMapper
  Response map(Throwable thrown, RoutingContext context) {
    Failure failure = Failures.of(thrown, RequestId.of(context));
    var body = ErrorBody.of(failure, context.normalizedPath());
    var response =
        Response.status(failure.status())
            .header(HttpHeaders.CONTENT_TYPE, body.contentType())
            .entity(body.json());
    failure
        .retryAfter()
        .ifPresent(wait -> response.header(HttpHeaders.RETRY_AFTER, Math.max(1, wait.toSeconds())));
    return response.build();
  }
}
