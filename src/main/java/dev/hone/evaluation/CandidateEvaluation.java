package dev.hone.evaluation;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.TokenPair;
import dev.hone.model.VersionWeights;
import dev.hone.registry.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Measures a candidate against its parent (docs/algorithms/gate.md). */
public final class CandidateEvaluation {
  public static final String REPORT = "evaluation.json";
  public static final String SAMPLES = "samples.jsonl";

  private static final JsonMapper JSON = new JsonMapper();

  private CandidateEvaluation() {}

  /**
   * Goes on where an interrupted evaluation of the same job ended, with the same result, and leaves
   * it in {@value #REPORT} too.
   *
   * @throws dev.hone.alignment.CancelledException as the watch wants
   */
  public static EvaluationReport run(EvaluationJob job, EvaluationWatch watch) {
    var texts = GateTexts.shipped().upTo(job.sizes());
    var heldOut = HeldOut.of(job);
    String fingerprint = fingerprint(job, texts, heldOut);
    try (var log = SampleLog.open(job.work().resolve(SAMPLES), fingerprint)) {
      var measurement = new Measurement(job, watch, log, texts);
      measurement.pairs(heldOut.pairs());
      var findings = new Findings(new Measured(log), heldOut, job, texts);
      if (!findings.finite()) {
        return written(job, findings.broken());
      }
      measurement.texts();
      return written(job, findings.report());
    }
  }

  /** What the numbers depend on: files and tokens by content, the rest by value. */
  private static String fingerprint(EvaluationJob job, GateTexts texts, HeldOut heldOut) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var version : List.of(Optional.of(job.candidate()), job.parent())) {
        var weights = VersionWeights.of(job.base(), version).file();
        if (weights.isPresent()) {
          hash(weights.get(), digest);
        }
      }
      hash(job.heldOut(), digest);
      for (TokenPair pair : heldOut.pairs()) {
        digest.update(pair.key().getBytes(StandardCharsets.UTF_8));
      }
      String values =
          "%s %s %s %s %s %s"
              .formatted(
                  job.base().getFileName(),
                  job.parent().isPresent(),
                  job.beta(),
                  job.seed(),
                  job.sizes(),
                  texts);
      digest.update(values.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void hash(Path file, MessageDigest digest) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        var out = new DigestOutputStream(java.io.OutputStream.nullOutputStream(), digest)) {
      in.transferTo(out);
    }
  }

  private static EvaluationReport written(EvaluationJob job, EvaluationReport report) {
    WholeFile.write(
        job.work().resolve(REPORT),
        draft -> JSON.writerWithDefaultPrettyPrinter().writeValue(draft.toFile(), report));
    return report;
  }
}
