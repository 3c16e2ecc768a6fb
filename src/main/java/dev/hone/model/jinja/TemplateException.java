package dev.hone.model.jinja;

/** A template is malformed, does what it may not do, or does not end within its limits. */
public final class TemplateException extends RuntimeException {
  private final boolean located;

  TemplateException(String problem) {
    super(problem);
    this.located = false;
  }

  TemplateException(int line, String problem) {
    super("line " + line + ": " + problem);
    this.located = true;
  }

  private TemplateException(int line, TemplateException cause) {
    super("line " + line + ": " + cause.getMessage(), cause);
    this.located = true;
  }

  /** The same with the line, if none is known yet. */
  TemplateException at(int line) {
    return located ? this : new TemplateException(line, this);
  }
}
