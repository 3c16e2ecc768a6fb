package dev.hone.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The plans that come with Hone, as {@code recipes.yml} has them. */
final class Recipes {
  private static final List<PlanDraft> ALL = read();

  private Recipes() {}

  static List<PlanDraft> all() {
    return ALL;
  }

  static Optional<PlanDraft> find(String name) {
    return ALL.stream().filter(draft -> draft.name().equals(name)).findFirst();
  }

  private static List<PlanDraft> read() {
    try (var file = Recipes.class.getResourceAsStream("recipes.yml")) {
      var drafts = new ArrayList<PlanDraft>();
      for (JsonNode plan : new YAMLMapper().readTree(file)) {
        drafts.add(PlanDraft.read(plan));
      }
      return List.copyOf(drafts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
