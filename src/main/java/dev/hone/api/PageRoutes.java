package dev.hone.api;

import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** The page's own addresses all load the one document, which reads the address itself. */
@ApplicationScoped
class PageRoutes {
  void register(@Observes Router router) {
    router
        .getWithRegex("/sign-in|/c/[^/]+|/operate(/.*)?")
        .handler(context -> context.reroute("/index.html"));
  }
}
