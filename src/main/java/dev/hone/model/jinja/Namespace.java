package dev.hone.model.jinja;

import java.util.Map;

/** Jinja's {@code namespace()}: variables that outlive the loop in which they are set. */
record Namespace(Map<String, Object> values) {}
