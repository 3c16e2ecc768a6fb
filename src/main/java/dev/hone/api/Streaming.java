package dev.hone.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether the answer is streamed, and its usage at the end. */
record Streaming(boolean wanted, boolean usage) {
  static final Set<String> FIELDS = Set.of("stream", "stream_options");

  private static final String USAGE = "include_usage";
  private static final String OBFUSCATION = "include_obfuscation";

  /** As chat completions take it. */
  static Streaming parse(Fields fields) {
    return parse(fields, Set.of(USAGE));
  }

  /**
   * @param options taken beside {@code include_obfuscation}
   */
  static Streaming parse(Fields fields, Set<String> options) {
    boolean wanted = fields.flag("stream", false);
    Optional<JsonNode> given = fields.any("stream_options");
    if (given.isEmpty()) {
      return new Streaming(wanted, false);
    }
    if (!given.get().isObject()) {
      throw InvalidRequestException.wrongType("stream_options", "an object");
    }
    if (!wanted) {
      throw InvalidRequestException.wrong("stream_options", "is for streamed answers only");
    }
    var inner = new Fields(given.get(), "stream_options.");
    inner.refuseOthers(
        Stream.concat(options.stream(), Stream.of(OBFUSCATION)).collect(Collectors.toSet()));
    inner.flag(OBFUSCATION, false);
    return new Streaming(true, inner.flag(USAGE, false));
  }
}
