package dev.hone.model.jinja;

/** What a template can call. */
@FunctionalInterface
public interface Function {
  /** Takes and returns values as {@link Template} describes them. */
  Object call(Inputs inputs);
}
