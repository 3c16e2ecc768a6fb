package dev.hone.model.jinja;

/**
 * What a name stands for that nothing was assigned to. It may be tested, printed as nothing and
 * walked over as empty; anything else is an error that says what is missing.
 */
record Undefined(String what) {
  TemplateException used() {
    return new TemplateException(what + " is undefined");
  }
}
