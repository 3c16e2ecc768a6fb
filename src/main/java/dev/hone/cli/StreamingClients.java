package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.OperatingSystemMXBean;
import dev.hone.inference.load.AnswerClock;
import dev.hone.inference.load.AnswerTimes;
import dev.hone.inference.load.Load;
import dev.hone.inference.load.LoadLevel;
import dev.hone.inference.load.LoadPrompts;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Clients that stream chat completions of a server with OpenAI's API, whosever it is. */
final class StreamingClients {
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Api api;
  private final ClientSettings settings;
  private final LoadPrompts prompts;
  private final AtomicInteger numbers = new AtomicInteger();

  /** Asks the server once, to know how many tokens its template adds. */
  StreamingClients(Api api, ClientSettings settings) {
    this.api = api;
    this.settings = settings;
    this.prompts =
        LoadPrompts.of(
            settings.seed(),
            settings.promptTokens(),
            messages ->
                api.post("/v1/chat/completions", settings.body(messages, 1))
                    .path("usage")
                    .path("prompt_tokens")
                    .asInt());
  }

  /**
   * One level after the other.
   *
   * @param progress told of each
   */
  List<ClientLevel> run(Consumer<LoadLevel> progress) throws InterruptedException {
    // The first requests find code that was never run, on both sides.
    new Load(1, Duration.ZERO).run(2, numbers, this::answer);
    var levels = new ArrayList<ClientLevel>();
    for (int clients : settings.clients()) {
      long before = PROCESS.getProcessCpuTime();
      var load = Load.of(settings.requests(), clients, Duration.ofSeconds(settings.seconds()));
      var level = load.run(clients, numbers, this::answer);
      double busySeconds = (PROCESS.getProcessCpuTime() - before) / 1e9;
      levels.add(new ClientLevel(level, busySeconds / level.seconds()));
      progress.accept(level);
    }
    return List.copyOf(levels);
  }

  private AnswerTimes answer(int number) throws IOException {
    var body = settings.streamedBody(prompts.messages(number));
    var clock = new AnswerClock(System::nanoTime);
    var usage = new AtomicReference<JsonNode>();
    try (InputStream stream = api.stream("/v1/chat/completions", body)) {
      ChatStream.chunks(
          stream,
          chunk -> {
            clock.hear(chunk.path("choices").path(0).path("delta").path("content").asText(""));
            if (chunk.path("usage").isObject()) {
              usage.set(chunk.path("usage"));
            }
          });
    }
    if (usage.get() == null) {
      throw new ServerException("the server says nothing of the tokens that it counts (usage)");
    }
    return clock.ended(
        usage.get().path("prompt_tokens").asInt(),
        usage.get().path("prompt_tokens_details").path("cached_tokens").asInt(),
        usage.get().path("completion_tokens").asInt());
  }
}
