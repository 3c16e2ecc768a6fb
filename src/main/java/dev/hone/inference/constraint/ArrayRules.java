package dev.hone.inference.constraint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Arrays: the items at the beginning that have schemas of their own, then any number of others. */
final class ArrayRules {
  static final Set<String> KEYWORDS = Set.of("items", "prefixItems", "minItems", "maxItems");
  private static final int MOST_ITEMS = 100_000;

  private final SchemaGrammar grammar;

  ArrayRules(SchemaGrammar grammar) {
    this.grammar = grammar;
  }

  Rule rule(Schema schema) {
    int least = schema.count("minItems", MOST_ITEMS).orElse(0);
    int most = schema.count("maxItems", Integer.MAX_VALUE).orElse(Integer.MAX_VALUE);
    if (most < least) {
      throw schema.refused("maxItems", "is less than minItems");
    }
    List<Rule> first = new ArrayList<>();
    if (schema.has("prefixItems")) {
      schema.list("prefixItems").stream().limit(most).map(grammar::rule).forEach(first::add);
    }
    Optional<Rule> others = others(schema);
    if (others.isEmpty() && first.size() < least) {
      throw schema.refused("minItems", "asks for more items than there may be");
    }
    return JsonRules.array(items(first, others, least, most));
  }

  private Optional<Rule> others(Schema schema) {
    if (!schema.has("items")) {
      return Optional.of(JsonRules.ANY);
    }
    var items = schema.at("items");
    boolean never = items.node().isBoolean() && !items.node().booleanValue();
    return never ? Optional.empty() : Optional.of(grammar.rule(items));
  }

  /** From the last item with a schema of its own to the first; each is there if the next one is. */
  private static Rule items(List<Rule> first, Optional<Rule> others, int least, int most) {
    int own = first.size();
    Rule further =
        others
            .<Rule>map(
                item ->
                    new Rule.Times(
                        Rule.all(JsonRules.COMMA, item),
                        Math.max(0, least - Math.max(own, 1)),
                        most == Integer.MAX_VALUE
                            ? Rule.Times.ANY
                            : Math.max(0, most - Math.max(own, 1))))
            .orElse(Rule.NOTHING);
    if (own == 0) {
      if (others.isEmpty() || most == 0) {
        return Rule.NOTHING;
      }
      Rule some = Rule.all(others.orElseThrow(), further);
      return least > 0 ? some : Rule.optional(some);
    }
    for (int i = own - 1; i > 0; i--) {
      Rule item = Rule.all(JsonRules.COMMA, first.get(i), further);
      further = i < least ? item : Rule.optional(item);
    }
    Rule all = Rule.all(first.getFirst(), further);
    return least > 0 ? all : Rule.optional(all);
  }
}
