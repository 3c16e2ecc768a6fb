package dev.hone.api;

import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.core.Response;

/** A failure as the family of routes writes it: OpenAI's object, or a problem of RFC 9457. */
record ErrorBody(String contentType, String json) {
  static ErrorBody of(Failure failure, String path) {
    return Routes.openAi(path)
        ? new ErrorBody("application/json", openAi(failure).encode())
        : new ErrorBody("application/problem+json", problem(failure).encode());
  }

  static JsonObject openAi(Failure failure) {
    var error =
        new JsonObject()
            .put("message", failure.message())
            .put("type", openAiType(failure.status()))
            .put("param", failure.param().orElse(null))
            .put("code", failure.code());
    return new JsonObject().put("error", error);
  }

  private static JsonObject problem(Failure failure) {
    var status = Response.Status.fromStatusCode(failure.status());
    return new JsonObject()
        .put("type", "about:blank")
        .put("title", status == null ? "Error" : status.getReasonPhrase())
        .put("status", failure.status())
        .put("detail", failure.message())
        .put("code", failure.code());
  }

  private static String openAiType(int status) {
    if (status == 429) {
      return "rate_limit_error";
    }
    return status >= 500 ? "server_error" : "invalid_request_error";
  }
}
