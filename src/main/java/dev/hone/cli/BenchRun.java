package dev.hone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.cli.BenchInference.Section;
import dev.hone.inference.EngineBenchmark;
import dev.hone.inference.InferenceBenchmark;
import dev.hone.inference.InferenceConfig;
import dev.hone.inference.load.LoadLevel;
import dev.hone.operations.DataFolder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Section after section, with a line on each part and on how long the others will take. */
final class BenchRun {
  private static final JsonMapper JSON = new JsonMapper();

  private static final int MEMORY_CLIENTS = 8;
  private static final Duration SAMPLE = Duration.ofSeconds(1);

  /** About what each part takes on two cores, in seconds. */
  private static final double PRECISION = 13;

  private static final double LEVEL = 7;
  private static final double SCHEMA = 15;
  private static final double DRAFTS = 10;
  private static final double START = 12;
  private static final double MINUTE = 60;

  private final Instance instance;
  private final String model;
  private final InferenceConfig config;
  private final Set<Section> sections;
  private final InferenceBenchmark.Settings network;
  private final EngineBenchmark.Settings engine;
  private final double minutes;
  private final TimeLeft timeLeft;
  private final ObjectNode report = JSON.createObjectNode();
  private final StringBuilder text = new StringBuilder();
  private List<LoadLevel> alone = List.of();

  BenchRun(
      Instance instance,
      String model,
      InferenceConfig config,
      Set<Section> sections,
      InferenceBenchmark.Settings network,
      EngineBenchmark.Settings engine,
      double minutes) {
    this.instance = instance;
    this.model = model;
    this.config = config;
    this.sections = sections;
    this.network = network;
    this.engine = engine;
    this.minutes = minutes;
    this.timeLeft = new TimeLeft(expected(), System::nanoTime);
  }

  private double expected() {
    double levels = engine.clients().size() * LEVEL;
    double seconds = 0;
    for (Section section : sections) {
      seconds +=
          switch (section) {
            // One more for the limits.
            case NETWORK -> (1 + Math.max(2, network.precisions().size())) * PRECISION;
            case ENGINE -> levels + SCHEMA + DRAFTS;
            case HTTP -> START + levels;
            case MEMORY -> START + minutes * MINUTE;
          };
    }
    return seconds;
  }

  ObjectNode measure() throws InterruptedException {
    report.put("model", model);
    if (sections.contains(Section.NETWORK) || sections.contains(Section.ENGINE)) {
      try (var data = DataFolder.lock(instance.data())) {
        NativeLibraries.unpackInto(data.path());
        inProcess();
      }
    }
    if (sections.contains(Section.HTTP) || sections.contains(Section.MEMORY)) {
      try (var server = LocalServer.reach(instance, Optional.of(model))) {
        var api = Api.of(server);
        ModelWait.until(api, instance.progress());
        checkModel(api);
        say("a server answers", START);
        served(server);
      }
    }
    return report;
  }

  /** The same for people. */
  String text() {
    return text.toString();
  }

  private void inProcess() throws InterruptedException {
    if (sections.contains(Section.NETWORK)) {
      var measured = InferenceBenchmark.run(config, network, line -> say(line, PRECISION));
      report.set("network", JSON.valueToTree(measured));
      section("The network", measured.toMarkdown());
    }
    if (sections.contains(Section.ENGINE)) {
      var measured =
          EngineBenchmark.run(config, engine, level -> say(LoadTable.line("engine", level), LEVEL));
      alone = measured.levels();
      say("answers held to a schema, and with and without drafts", SCHEMA + DRAFTS);
      report.set("engine", JSON.valueToTree(measured));
      section(
          "The engine",
          LoadTable.engine(alone) + schema(measured.schema()) + drafts(measured.speculation()));
    }
  }

  private static String schema(EngineBenchmark.SchemaCost cost) {
    return String.format(
        Locale.ROOT,
        "%nHeld to a JSON schema, %d clients: %.0f tok/s, %.0f without it: it costs %.1f%%.%n",
        cost.clients(),
        cost.held(),
        cost.free(),
        cost.percent());
  }

  private static String drafts(EngineBenchmark.SpeculationGain gain) {
    return String.format(
        Locale.ROOT,
        "%nOne client, with drafts and without: %.0f and %.0f tok/s after a text that repeats itself,"
            + " %.0f and %.0f after one that does not; %d of %d drafted tokens came true.%n",
        gain.with().repeating(),
        gain.without().repeating(),
        gain.with().ordinary(),
        gain.without().ordinary(),
        gain.with().use().accepted(),
        gain.with().use().drafted());
  }

  private void served(LocalServer server) throws InterruptedException {
    if (sections.contains(Section.HTTP)) {
      var levels = levels(server);
      var overhead = LoadTable.overhead(alone, levels);
      ObjectNode http = report.putObject("http");
      http.set("levels", JSON.valueToTree(levels));
      http.set("overheadPercent", JSON.valueToTree(overhead));
      section("Over HTTP", LoadTable.http(levels, overhead));
    }
    if (sections.contains(Section.MEMORY)) {
      var memory = memory(server);
      report.set("memory", JSON.valueToTree(memory));
      section("Memory", memory(memory));
    }
  }

  private List<ClientLevel> levels(LocalServer server) throws InterruptedException {
    try (var clients =
        new ClientProcess(
            server.url(), settings(engine.clients(), 0, 1), line -> say(line, LEVEL))) {
      return clients.levels();
    }
  }

  private ResidentMemory.Report memory(LocalServer server) throws InterruptedException {
    int seconds = (int) (minutes * MINUTE);
    var memory = new ResidentMemory();
    long start = System.nanoTime();
    try (var clients =
        new ClientProcess(
            server.url(), settings(List.of(MEMORY_CLIENTS), seconds, 2), line -> say(line, 0))) {
      double said = 0;
      while (!clients.ended(SAMPLE)) {
        double now = (System.nanoTime() - start) / 1e9;
        long bytes = ResidentMemory.bytes(server.pid());
        memory.add(now, bytes);
        if (now - said >= MINUTE / 2) {
          say("memory: " + megabytes(bytes), now - said);
          said = now;
        }
      }
      clients.levels();
    }
    return memory.report();
  }

  /** Other prompts for every use: what was asked before would be in the cache. */
  private ClientSettings settings(List<Integer> clients, int seconds, int use) {
    return new ClientSettings(
        "base",
        clients,
        engine.requests(),
        seconds,
        engine.promptTokens(),
        engine.answerTokens(),
        engine.seed() + use);
  }

  /** One that ran before may serve another. */
  private void checkModel(Api api) {
    for (JsonNode served : api.get("/v1/models").path("data")) {
      String root = served.path("root").asText();
      if (served.path("id").asText().equals("base") && !root.equals(model)) {
        throw new ServerException(
            "the running server serves %s, not %s: stop it, or take another --data"
                .formatted(root, model));
      }
    }
  }

  private static String memory(ResidentMemory.Report memory) {
    return String.format(
        Locale.ROOT,
        "%d clients for %.1f minutes: %s at first, %s after a third, %s at the end, %s at most;"
            + " %+.2f MB a minute after the first third: %s.%n",
        MEMORY_CLIENTS,
        memory.minutes(),
        megabytes(memory.firstBytes()),
        megabytes(memory.settledBytes()),
        megabytes(memory.lastBytes()),
        megabytes(memory.mostBytes()),
        memory.bytesPerMinute() / 1e6,
        memory.flat() ? "flat" : "not flat");
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f MB", bytes / 1e6);
  }

  private void section(String title, String body) {
    text.append("## ").append(title).append("\n\n").append(body).append('\n');
  }

  private void say(String line, double seconds) {
    long left = timeLeft.after(seconds);
    instance.progress().println(line + (left > 0 ? " (about " + left + " s left)" : ""));
  }
}
