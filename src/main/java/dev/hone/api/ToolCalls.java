package dev.hone.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Calls as OpenAI's answers have them. */
final class ToolCalls {
  private static final int ID_LENGTH = 24;

  /** Characters of the arguments that a streamed piece has. */
  private static final int PIECE = 64;

  private ToolCalls() {}

  /** A call in full. */
  record Call(String id, String type, Function function) {}

  /** What a call has grown by; all but the index and the arguments in its first piece alone. */
  @JsonInclude(Include.NON_NULL)
  record Delta(int index, String id, String type, Function function) {}

  /** A name and arguments, a JSON object as text. */
  @JsonInclude(Include.NON_NULL)
  record Function(String name, String arguments) {}

  static String freshId() {
    return "call_" + UUID.randomUUID().toString().replace("-", "").substring(0, ID_LENGTH);
  }

  static Call whole(ToolCallReader.Part.Call call) {
    return new Call(call.id(), "function", new Function(call.name(), call.arguments()));
  }

  static List<Delta> deltas(ToolCallReader.Part.Call call) {
    var deltas = new ArrayList<Delta>();
    deltas.add(new Delta(call.index(), call.id(), "function", new Function(call.name(), "")));
    String rest = call.arguments();
    while (!rest.isEmpty()) {
      int end = rest.offsetByCodePoints(0, Math.min(PIECE, rest.codePointCount(0, rest.length())));
      var piece = new Function(null, rest.substring(0, end));
      deltas.add(new Delta(call.index(), null, null, piece));
      rest = rest.substring(end);
    }
    return deltas;
  }
}
