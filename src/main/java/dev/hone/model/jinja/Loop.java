package dev.hone.model.jinja;

import java.util.List;

/** The variable {@code loop}. */
record Loop(List<?> items, int index) {
  Object attribute(String name) {
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) items.size() - index;
      case "revindex0" -> items.size() - index - 1L;
      case "first" -> index == 0;
      case "last" -> index == items.size() - 1;
      case "length" -> (long) items.size();
      case "depth" -> 1L; // only recursive loops, which are not supported, go deeper
      case "depth0" -> 0L;
      case "previtem" -> index == 0 ? new Undefined("loop.previtem") : items.get(index - 1);
      case "nextitem" ->
          index == items.size() - 1 ? new Undefined("loop.nextitem") : items.get(index + 1);
      case "cycle" -> (Function) this::cycle;
      default -> new Undefined("loop." + name);
    };
  }

  private Object cycle(Inputs inputs) {
    if (inputs.positional().isEmpty()) {
      throw new TemplateException("loop.cycle has nothing to cycle through");
    }
    return inputs.positional().get(index % inputs.positional().size());
  }
}
