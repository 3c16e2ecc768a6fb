package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;

/** Whether the answer is streamed, and its usage at the end. */
record Streaming(boolean wanted, boolean usage) {
  static final Set<String> FIELDS = Set.of("stream", "stream_options");

  static Streaming parse(Fields fields) {
    boolean wanted = fields.flag("stream", false);
    Optional<JsonNode> options = fields.any("stream_options");
    if (options.isEmpty()) {
      return new Streaming(wanted, false);
    }
    if (!options.get().isObject()) {
      throw InvalidRequestException.wrongType("stream_options", "an object");
    }
    if (!wanted) {
      throw InvalidRequestException.wrong("stream_options", "is for streamed answers only");
    }
    var inner = new Fields(options.get(), "stream_options.");
    inner.refuseOthers(Set.of("include_usage", "include_obfuscation"));
    inner.flag("include_obfuscation", false);
    return new Streaming(true, inner.flag("include_usage", false));
  }
}
