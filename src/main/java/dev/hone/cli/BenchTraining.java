package dev.hone.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.alignment.ComputeType;
import dev.hone.alignment.SettingsReader;
import dev.hone.alignment.bench.CaseReport;
import dev.hone.alignment.bench.CaseRun;
import dev.hone.alignment.bench.TrainingCase;
import dev.hone.model.Cpu;
import dev.hone.operations.DataFolder;
import dev.hone.operations.StartException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "training",
    description = {
      "How fast a model is trained here, and in how much memory.",
      "",
      "step-lora: a step of an adapter over 4 sequences of 256 tokens, all of which are learnt.",
      "step-full: the same of all weights.",
      "sft, rm, dpo: steps of 8 answers or pairs as a round trains them, from the data on; of dpo with "
          + "what the reference says, which nothing remembers from before.",
      "ppo: 8 prompts are answered with up to 64 tokens, rewarded, and learnt from twice, by four roles.",
      "",
      "Each case of each round has a process of its own; the median of the rounds counts. It wants "
          + "the data folder for itself: a busy server would spoil it. Nothing else should run "
          + "meanwhile.",
      "",
      "Of Hone alone, unless --beside names a Python that has torch, transformers, peft, datasets and trl: "
          + "then eager PyTorch and TRL's trainers take turns with it, and the ratios are told. How: "
          + "docs/benchmarks/README.md."
    })
final class BenchTraining implements Callable<Integer> {
  private static final String COMPUTE = "--compute";

  @Spec private CommandSpec spec;
  @Mixin private Instance instance;
  @Mixin private TrainingLoad load;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Base to train, brought if it is not here (default: the one served).")
  private String model;

  @Option(
      names = "--cases",
      paramLabel = "CASE",
      split = ",",
      description = "Of ${COMPLETION-CANDIDATES} (default: all).")
  private List<TrainingCase> cases = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Of all cases, every other backwards (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = COMPUTE,
      paramLabel = "TYPE",
      description =
          "What the frozen layers compute in: f32, bf16, or auto for what is measured to be "
              + "faster, as a round does (default: ${DEFAULT-VALUE}).")
  private String compute = "auto";

  @Option(
      names = "--beside",
      paramLabel = "PYTHON",
      description =
          "Measure PyTorch and TRL too, in turns, and tell the ratios. Wants --file, in TRL's or "
              + "Anthropic's format.")
  private Path python;

  @Override
  public Integer call() throws InterruptedException {
    load.check(spec);
    if (rounds < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds can't be " + rounds);
    }
    List<String> forPeers = python == null ? List.of() : load.forPeers(spec);
    Optional<ComputeType> chosen = compute();
    if (python != null && chosen.isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "--beside measures Hone in the number format that is faster here");
    }
    String id = instance.modelChoice().look(Optional.ofNullable(model));
    if (python != null) {
      return beside(id, forPeers);
    }
    Path base = instance.store().base(id);
    try (var data = DataFolder.lock(instance.data())) {
      String natives = NativeLibraries.unpackInto(data.path());
      ComputeType type = chosen.orElseGet(() -> CaseRun.fastest(base));
      var measured =
          new TrainingRounds(base, type, load, natives, instance.progress()).run(wanted(), rounds);
      instance.answer(report(id, measured), text(id, measured));
    }
    return 0;
  }

  /** The peers' script starts this command for Hone's turns. */
  private int beside(String id, List<String> options) throws InterruptedException {
    Path home = Path.of(System.getProperty("dev.hone.home", ".")).toAbsolutePath();
    var command = new ArrayList<String>();
    command.add(python.toString());
    command.add(home.resolve("src/bench/python/training_peer.py").toString());
    command.addAll(List.of("--hone", home.toString(), "--models", instance.models().toString()));
    command.addAll(List.of("--model", id, "--rounds", "" + rounds));
    command.addAll(options);
    if (!cases.isEmpty()) {
      var labels = cases.stream().map(TrainingCase::label).toList();
      command.addAll(List.of("--cases", String.join(",", labels)));
    }
    if (instance.json()) {
      command.add("--one-object");
    }
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0 ? 0 : 1;
    } catch (IOException e) {
      throw new StartException("%s cannot be started: %s".formatted(python, e.getMessage()), e);
    }
  }

  private Optional<ComputeType> compute() {
    try {
      return new SettingsReader(Map.of(COMPUTE, compute)).compute(COMPUTE);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Collection<TrainingCase> wanted() {
    return cases.isEmpty() ? EnumSet.allOf(TrainingCase.class) : EnumSet.copyOf(cases);
  }

  private ObjectNode report(String id, List<CaseSummary> measured) {
    CaseReport any = any(measured);
    ObjectNode report =
        new JsonMapper()
            .createObjectNode()
            .put("model", id)
            .put("cpu", Cpu.current().model())
            .put("threads", any.threads())
            .put("libtorch", any.libtorch())
            .put("rounds", rounds)
            .put("steps", load.steps())
            .put("warmup", load.warmup());
    report.set("cases", new JsonMapper().valueToTree(measured));
    return report;
  }

  private String text(String id, List<CaseSummary> measured) {
    CaseReport any = any(measured);
    String head =
        "Model %s on %s, %d threads, libtorch %s; medians of %d rounds of %d steps after %d.\n\n"
            .formatted(
                id,
                Cpu.current().model(),
                any.threads(),
                any.libtorch(),
                rounds,
                load.steps(),
                load.warmup());
    return (head + TrainingTable.of(measured)).stripTrailing();
  }

  private static CaseReport any(List<CaseSummary> measured) {
    return measured.getFirst().rounds().getFirst().report();
  }
}
