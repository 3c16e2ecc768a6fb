package dev.hone.api;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;

/** The events of one answered message. */
record PageStream(List<JsonObject> events) {
  static PageStream post(String path, String json) {
    try (var wire = Wire.post(path, json)) {
      return new PageStream(
          wire.readUntil("data: [DONE]").stream()
              .filter(line -> line.startsWith("data: {"))
              .map(line -> new JsonObject(line.substring("data: ".length())))
              .toList());
    }
  }

  List<JsonObject> of(String type) {
    return events.stream().filter(event -> event.getString("type").equals(type)).toList();
  }

  JsonObject start() {
    return events.getFirst();
  }

  String turn(int index) {
    return start().getJsonArray("turns").getString(index);
  }

  String text(int index) {
    return of("token").stream()
        .filter(event -> event.getInteger("index") == index)
        .map(event -> event.getString("text"))
        .collect(Collectors.joining());
  }
}
