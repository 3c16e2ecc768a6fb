package dev.hone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.inference.BenchmarkConfig;
import dev.hone.inference.EngineBenchmark;
import dev.hone.inference.InferenceBenchmark;
import dev.hone.inference.InferenceBenchmark.Decoding;
import dev.hone.model.Precision;
import dev.hone.operations.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "inference",
    description = {
      "How fast a model answers here: its network alone, the engine, and a server.",
      "",
      "network: prefill and decoding for each precision, with what it loses against f32 and how "
          + "near it comes to what memory and matrix products of this machine allow.",
      "engine: clients at the same time in this process, and what holding answers to a JSON schema "
          + "costs.",
      "http: the same clients over sockets, from a process of their own, to the server of the data "
          + "folder, which is started if none runs; with the overhead over the engine.",
      "memory: resident memory of that server under load, for --minutes.",
      "",
      "network and engine want the data folder for themselves: a busy server would spoil them. "
          + "About three minutes; nothing else should run meanwhile."
    })
final class BenchInference implements Callable<Integer> {
  private static final int LONG = 2048;
  private static final int SCHEMA_CLIENTS = 16;
  private static final String ALL = "all";
  private static final String AUTO = "auto";

  @Spec private CommandSpec spec;
  @Mixin private Instance instance;

  enum Section {
    NETWORK,
    ENGINE,
    HTTP,
    MEMORY
  }

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "Base to measure, brought if it is not here (default: the one served). A server that is "
              + "started for it keeps it as the data folder's.")
  private String model;

  @Option(
      names = "--only",
      paramLabel = "SECTION",
      split = ",",
      description = "network, engine, http, memory (default: all, memory if --minutes says so).")
  private List<Section> only = List.of();

  @Option(
      names = "--precisions",
      paramLabel = "NAME",
      split = ",",
      description =
          "Of the network: all, auto (those that auto picks) or names such as int8,int4 "
              + "(default: ${DEFAULT-VALUE}).")
  private List<String> precisions = List.of(ALL);

  @Option(
      names = "--long",
      fallbackValue = "true",
      description = "Also decode 16 sequences with 2,048 positions filled.")
  private boolean longContext;

  @Option(
      names = "--clients",
      paramLabel = "N",
      split = ",",
      description = "Clients at the same time, a row each (default: 1,8,16,32).")
  private List<Integer> clients = List.of(1, 8, 16, 32);

  @Option(
      names = "--requests",
      paramLabel = "N",
      description =
          "Of each client; 0: two, and eight in all at least (default: ${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      description = "Tokens of each client's prompt (default: ${DEFAULT-VALUE}).")
  private int promptTokens = 128;

  @Option(
      names = "--answer-tokens",
      paramLabel = "N",
      description = "Tokens of each answer (default: ${DEFAULT-VALUE}).")
  private int answerTokens = 64;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Of the memory section (default: not measured; 10 with --only memory).")
  private double minutes;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the tables there too, such as docs/benchmarks/inference-<cpu>.md.")
  private Path out;

  @Override
  public Integer call() throws InterruptedException {
    BenchClients.check(spec, clients, requests, promptTokens, answerTokens);
    var network = InferenceBenchmark.Settings.DEFAULT.with(precisions());
    double memoryMinutes = minutes();
    String id = instance.modelChoice().look(Optional.ofNullable(model));
    var config =
        BenchmarkConfig.of(
            instance.data(),
            instance.models(),
            id,
            System.getenv().getOrDefault("HONE_PRECISION", AUTO));
    long seed = System.currentTimeMillis();
    var run =
        new BenchRun(
            instance,
            id,
            config,
            sections(),
            longContext ? network.and(new Decoding(SCHEMA_CLIENTS, LONG)) : network,
            new EngineBenchmark.Settings(
                clients, requests, promptTokens, answerTokens, SCHEMA_CLIENTS, seed),
            memoryMinutes);
    ObjectNode report = run.measure();
    write(run.text());
    instance.answer(report, run.text().stripTrailing());
    return 0;
  }

  private Set<Section> sections() {
    if (!only.isEmpty()) {
      return EnumSet.copyOf(only);
    }
    return minutes > 0
        ? EnumSet.allOf(Section.class)
        : EnumSet.complementOf(EnumSet.of(Section.MEMORY));
  }

  private double minutes() {
    if (minutes < 0) {
      throw new ParameterException(spec.commandLine(), "--minutes can't be " + minutes);
    }
    return minutes > 0 ? minutes : 10;
  }

  private List<Precision> precisions() {
    if (precisions.equals(List.of(ALL))) {
      return InferenceBenchmark.Settings.DEFAULT.precisions();
    }
    if (precisions.equals(List.of(AUTO))) {
      return List.of();
    }
    try {
      return precisions.stream().map(Precision::of).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--precisions: " + e.getMessage(), e);
    }
  }

  private void write(String tables) {
    if (out == null) {
      return;
    }
    try {
      Files.writeString(out, "# Inference\n\n" + tables);
    } catch (IOException e) {
      throw new StartException(
          "the tables cannot be written to " + out, new UncheckedIOException(e));
    }
  }
}
