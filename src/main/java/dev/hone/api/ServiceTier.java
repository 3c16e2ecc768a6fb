package dev.hone.api;

import dev.hone.inference.Priority;
import java.util.List;
import java.util.Optional;

/** Who goes first: OpenAI's {@code flex} is work that nobody sits and waits for. */
enum ServiceTier {
  DEFAULT("default", Priority.INTERACTIVE),
  FLEX("flex", Priority.BATCH);

  static final String FIELD = "service_tier";

  /** They promise no less than what everybody gets here. */
  private static final List<String> LIKE_DEFAULT = List.of("auto", "default", "priority", "scale");

  private final String label;
  private final Priority priority;

  ServiceTier(String label, Priority priority) {
    this.label = label;
    this.priority = priority;
  }

  /**
   * @return empty where the request does not say
   */
  static Optional<ServiceTier> parse(Fields fields) {
    return fields.text(FIELD).map(ServiceTier::of);
  }

  private static ServiceTier of(String name) {
    if (name.equals(FLEX.label)) {
      return FLEX;
    }
    if (LIKE_DEFAULT.contains(name)) {
      return DEFAULT;
    }
    throw InvalidRequestException.wrong(
        FIELD, "must be flex or one of " + String.join(", ", LIKE_DEFAULT));
  }

  /** As an answer tells it. */
  String label() {
    return label;
  }

  Priority priority() {
    return priority;
  }
}
