package dev.hone.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.model.jinja.TemplateException;
import java.util.List;
import java.util.Optional;

/** How a model writes a call down. */
public enum ToolSyntax {
  /** Hermes, Qwen: JSON between tags, one pair a call. */
  TAGGED("<tool_call>\n{\"name\": \"", "\", \"arguments\": ", "}\n</tool_call>"),
  /** Llama 3.1: the answer is one JSON object and nothing else. */
  BARE("{\"name\": \"", "\", \"parameters\": ", "}");

  public static final String OPEN = "<tool_call>";
  public static final String CLOSE = "</tool_call>";

  private static final String PROBE = "hone_probe";

  private final String beforeName;
  private final String beforeArguments;
  private final String end;

  ToolSyntax(String beforeName, String beforeArguments, String end) {
    this.beforeName = beforeName;
    this.beforeArguments = beforeArguments;
    this.end = end;
  }

  /** What stands before a call's arguments. */
  public String opening(String name) {
    return beforeName + name + beforeArguments;
  }

  /** What stands behind them. */
  public String closing() {
    return end;
  }

  String written(ToolCall call) {
    return opening(call.name()) + call.arguments() + end;
  }

  /** Which of them a template writes; empty where it has no place for functions. */
  static Optional<ToolSyntax> of(ChatTemplate template) {
    ObjectNode tool = new JsonMapper().createObjectNode().put("type", "function");
    tool.putObject("function").put("name", PROBE).putObject("parameters").put("type", "object");
    var question = ToolMessage.of(new Message("user", "a"));
    var call = new ToolCall("1", "called_probe", new JsonMapper().createObjectNode());
    var calling = new ToolMessage(new Message("assistant", ""), List.of(call), Optional.empty());
    try {
      if (!template.rendered(List.of(question), List.of(tool), true).value().contains(PROBE)) {
        return Optional.empty();
      }
      String called = template.rendered(List.of(question, calling), List.of(), false).value();
      return called.contains(OPEN)
          ? Optional.of(TAGGED)
          : Optional.of(BARE).filter(_ -> called.contains(BARE.opening(call.name())));
    } catch (MessagesRefusedException | TemplateException _) {
      return Optional.empty(); // a template that fails on functions has no place for them
    }
  }
}
