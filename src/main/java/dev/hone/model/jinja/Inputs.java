package dev.hone.model.jinja;

import java.util.List;
import java.util.Map;

/** What a function, filter or test was called with. */
public record Inputs(List<Object> positional, Map<String, Object> named) {
  boolean has(int index, String name) {
    return index < positional.size() || named.containsKey(name);
  }

  /** By place or by name; the fallback if it was not given. */
  Object get(int index, String name, Object fallback) {
    return index < positional.size() ? positional.get(index) : named.getOrDefault(name, fallback);
  }

  Object required(int index, String name) {
    if (!has(index, name)) {
      throw new TemplateException("argument '" + name + "' is missing");
    }
    return get(index, name, null);
  }

  /**
   * A text that must be given.
   *
   * @throws TemplateException if it is not, or is no text
   */
  public Text text(int index, String name) {
    return Values.text(required(index, name), name);
  }

  /** A text; null if not given or none. */
  Text optionalText(int index, String name) {
    Object value = get(index, name, null);
    return value == null ? null : Values.text(value, name);
  }

  long integer(int index, String name, long fallback) {
    Object value = get(index, name, fallback);
    return value == null ? fallback : Values.integer(value, name);
  }

  boolean flag(int index, String name) {
    return Values.isTrue(get(index, name, false));
  }
}
