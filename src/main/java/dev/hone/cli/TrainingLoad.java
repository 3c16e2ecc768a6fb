package dev.hone.cli;

import dev.hone.alignment.ComputeType;
import dev.hone.alignment.TokenPair;
import dev.hone.alignment.bench.CasePairs;
import dev.hone.alignment.bench.CaseSettings;
import dev.hone.alignment.bench.TrainingCase;
import dev.hone.operations.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say on what trainings are timed, and for how long. */
final class TrainingLoad {
  /** Of a case that goes through the same few examples at each of them. */
  private static final int MOST_STEPS = 100;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "Pairs to train on, in their order (default: ids without sense, as long as hh-rlhf's).")
  private Path file;

  @Option(
      names = "--format",
      description =
          "Of the file: trl, hh, or ids for {\"prompt\":[..],\"chosen\":[..],\"rejected\":[..]} in "
              + "the model's token ids, taken as they are (default: trl).")
  private CasePairs.Source format = CasePairs.Source.TRL;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Optimiser steps that count, of each case (default: ${DEFAULT-VALUE}).")
  private int steps = 10;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Steps before them, which do not (default: ${DEFAULT-VALUE}).")
  private int warmup = 2;

  @Option(
      names = "--micro-batch",
      paramLabel = "N",
      description = "Examples that go through the network at once (default: the case's own).")
  private int microBatch;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Of a prompt and one answer together (default: ${DEFAULT-VALUE}).")
  private int maxTokens = 384;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of pairs that no file has (default: ${DEFAULT-VALUE}).")
  private long seed;

  int steps() {
    return steps;
  }

  /**
   * The same as the peers' script takes it.
   *
   * @throws ParameterException without a file, or with one that the script cannot read
   */
  List<String> forPeers(CommandSpec spec) {
    if (file == null || format == CasePairs.Source.IDS) {
      throw new ParameterException(
          spec.commandLine(), "--beside wants a --file of texts, which both sides train on");
    }
    var options = new ArrayList<String>();
    options.addAll(List.of("--file", file.toAbsolutePath().toString()));
    options.addAll(List.of("--steps", "" + steps, "--warmup", "" + warmup));
    options.addAll(List.of("--max-tokens", "" + maxTokens, "--seed", "" + seed));
    if (microBatch > 0) {
      options.addAll(List.of("--micro-batch", "" + microBatch));
    }
    return options;
  }

  int warmup() {
    return warmup;
  }

  /**
   * @throws ParameterException naming the option whose number can't be
   */
  void check(CommandSpec spec) {
    require(spec, steps >= 1 && steps <= MOST_STEPS, "--steps", steps);
    require(spec, warmup >= 0 && steps + warmup <= MOST_STEPS, "--warmup", warmup);
    require(spec, microBatch >= 0, "--micro-batch", microBatch);
    require(spec, maxTokens >= 16, "--max-tokens", maxTokens);
  }

  private static void require(CommandSpec spec, boolean right, String option, int value) {
    if (!right) {
      throw new ParameterException(
          spec.commandLine(), "%s has a number that can't be: %d".formatted(option, value));
    }
  }

  CaseSettings settings(TrainingCase what, ComputeType compute) {
    int atOnce = microBatch == 0 ? what.microBatch() : microBatch;
    return new CaseSettings(what, compute, steps, warmup, atOnce, maxTokens);
  }

  /**
   * @param base folder of the base
   */
  List<TokenPair> pairs(TrainingCase what, Path base) {
    if (file == null) {
      int count = (steps + warmup) * what.batch();
      return CasePairs.drawn(base, count, maxTokens, new SplittableRandom(seed));
    }
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new StartException("the file " + file + " cannot be read");
    }
    try {
      return CasePairs.read(file, format, base, maxTokens);
    } catch (IOException e) {
      throw new StartException("the file %s cannot be read: %s".formatted(file, e), e);
    }
  }

  /** As {@link BenchTrainingCase} takes them. */
  List<String> arguments() {
    var arguments = new ArrayList<String>();
    if (file != null) {
      arguments.add("--file=" + file.toAbsolutePath());
      arguments.add("--format=" + format);
    }
    arguments.add("--steps=" + steps);
    arguments.add("--warmup=" + warmup);
    arguments.add("--micro-batch=" + microBatch);
    arguments.add("--max-tokens=" + maxTokens);
    arguments.add("--seed=" + seed);
    return List.copyOf(arguments);
  }
}
