package dev.hone.loop;

import dev.hone.evaluation.EvaluationReport;
import dev.hone.evaluation.GateConfig;
import dev.hone.evaluation.GateReport;
import dev.hone.evaluation.GateThresholds;
import dev.hone.evaluation.PublishGate;
import dev.hone.registry.Approval;
import dev.hone.registry.Publications;
import dev.hone.registry.RegistryException;
import dev.hone.registry.Versions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Judges what a round made, and publishes it where the gate lets it pass. */
@ApplicationScoped
class GateStep {
  private final RoundLog log;
  private final Publications publications;
  private final Versions versions;
  private final GateConfig gate;
  private final LoopConfig config;

  GateStep(
      RoundLog log,
      Publications publications,
      Versions versions,
      GateConfig gate,
      LoopConfig config) {
    this.log = log;
    this.publications = publications;
    this.versions = versions;
    this.gate = gate;
    this.config = config;
  }

  void pass(long number, RoundFolder folder) {
    var report = RoundFolder.read(folder.evaluation(), EvaluationReport.class).orElseThrow();
    // Once judged it stays so, with whatever thresholds a killed server's successor starts.
    GateReport judged =
        RoundFolder.read(folder.verdict(), GateReport.class).orElseGet(() -> judge(report, folder));
    var candidate = Candidate.of(log.get(number), folder);
    log.judged(number, RoundMetrics.of(report, candidate), judged.checks());
    folder.forgetWork();
    switch (judged.decision()) {
      case PASSED -> publish(number, folder);
      case REFUSED -> {
        if (!config.loop().keepRefusedCandidates()) {
          folder.forgetCandidate();
        }
        log.enter(number, RoundState.REFUSED, null);
      }
      case NEEDS_HUMAN -> log.enter(number, RoundState.NEEDS_HUMAN, null);
    }
  }

  private GateReport judge(EvaluationReport report, RoundFolder folder) {
    GateReport judged = PublishGate.judge(report, GateThresholds.of(gate));
    RoundFolder.write(folder.verdict(), judged);
    return judged;
  }

  private void publish(long number, RoundFolder folder) {
    Round round = log.get(number);
    // A killed server may have published it and not lived to say so.
    if (!versions.active().equals(round.version())) {
      try {
        commit(Candidate.of(round, folder));
      } catch (RegistryException e) {
        if (e.reason() != RegistryException.Reason.ACTIVE_CHANGED) {
          throw e;
        }
        log.enter(number, RoundState.NEEDS_HUMAN, e.getMessage());
        return;
      }
    }
    log.enter(number, RoundState.PUBLISHED, null);
    folder.forgetCandidate();
  }

  private void commit(Candidate candidate) {
    RoundFolder folder = candidate.folder();
    try (var publication =
        publications.begin(candidate.manifest(), folder.candidate(), ModelCard.of(candidate))) {
      publication.commit(new Approval.GatePassed(sha256(folder)), candidate.round().id());
    }
  }

  private static String sha256(RoundFolder folder) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(folder.verdict())));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
