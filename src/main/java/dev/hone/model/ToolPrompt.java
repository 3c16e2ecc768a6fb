package dev.hone.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Conversations with functions as plain text, for templates that have no place for them. */
public final class ToolPrompt {
  private static final String HOW_TO_CALL =
      """
      To call one, write its name and its arguments as JSON between tags, like this:
      <tool_call>
      {"name": "function_name", "arguments": {"argument": "value"}}
      </tool_call>
      You are then told the result. When no function is needed, answer in plain words.""";

  private ToolPrompt() {}

  /**
   * Functions are listed at the end of the system's message; calls are written as they are to be
   * written, results between tags as the user's.
   *
   * @param tools as OpenAI has them
   */
  public static List<Message> folded(List<ToolMessage> messages, List<JsonNode> tools) {
    var folded = new ArrayList<Message>();
    boolean inResults = false;
    for (ToolMessage one : messages) {
      boolean result = one.message().role().equals("tool");
      if (result && inResults) {
        String before = folded.removeLast().content();
        folded.add(new Message("user", before + "\n" + result(one)));
      } else {
        folded.add(result ? new Message("user", result(one)) : spoken(one));
      }
      inResults = result;
    }
    return tools.isEmpty() ? List.copyOf(folded) : told(folded, tools);
  }

  private static String result(ToolMessage one) {
    return "<tool_response>\n" + one.message().content() + "\n</tool_response>";
  }

  private static Message spoken(ToolMessage one) {
    if (one.calls().isEmpty()) {
      return one.message();
    }
    var parts = new ArrayList<String>();
    if (!one.message().content().isEmpty()) {
      parts.add(one.message().content());
    }
    one.calls().forEach(call -> parts.add(ToolSyntax.TAGGED.written(call)));
    return new Message(one.message().role(), String.join("\n", parts));
  }

  private static List<Message> told(List<Message> messages, List<JsonNode> tools) {
    String section =
        tools.stream()
            .map(tool -> tool.path("function").toString())
            .collect(
                Collectors.joining("\n", "You can call these functions:\n", "\n\n" + HOW_TO_CALL));
    var told = new ArrayList<>(messages);
    if (told.getFirst().role().equals("system")) {
      told.set(0, new Message("system", told.getFirst().content() + "\n\n" + section));
    } else {
      told.addFirst(new Message("system", section));
    }
    return List.copyOf(told);
  }
}
