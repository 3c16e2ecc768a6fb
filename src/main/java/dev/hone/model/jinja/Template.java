package dev.hone.model.jinja;

import java.util.List;
import java.util.Map;

/**
 * A Jinja template as chat models ship them: untrusted. It can compute over the values it is given
 * and call the functions it is given, nothing else: there is no way from it to Java's objects,
 * files or other templates, and what it may use is limited.
 *
 * <p>Values are {@link Text}, Long, Double, Boolean, null for none, Lists and Maps of these (with
 * Texts as keys), and {@link Function}s. Immutable, for any thread.
 */
public final class Template {
  private final List<Statement> statements;

  private Template(List<Statement> statements) {
    this.statements = statements;
  }

  /**
   * @throws TemplateException naming the line and what is wrong there
   */
  public static Template parse(String source) {
    return new Template(Parser.parse(source));
  }

  /**
   * @throws TemplateException if the template fails or exceeds the limits, naming the line
   */
  public Text render(Map<String, Object> variables, Limits limits) {
    return new Renderer(new Budget(limits)).render(statements, variables);
  }
}
