package dev.hone.inference;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.hone.model.Cpu;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jboss.logging.Logger;

/** How each precision does on this machine's processor with a model. */
final class MeasuredPrecisions {
  private static final Logger LOG = Logger.getLogger(MeasuredPrecisions.class);

  private MeasuredPrecisions() {}

  /**
   * As measured here before, or else measured now and kept.
   *
   * @param folder of the model, by whose name it is known
   * @param file of the record
   * @param between called every few seconds of a measurement; ends it by throwing
   */
  static List<PrecisionTrial> of(NDManager manager, Path folder, Path file, Runnable between) {
    var subject = subject(manager, folder);
    var known =
        PrecisionRecord.read(file, subject)
            .filter(record -> record.covers(PrecisionMeter.CANDIDATES));
    if (known.isPresent()) {
      return known.get().trials();
    }
    var trials = measured(manager, folder, between);
    new PrecisionRecord(subject, trials).write(file);
    return trials;
  }

  private static List<PrecisionTrial> measured(NDManager manager, Path folder, Runnable between) {
    LOG.info("Measuring once which precision serves best on this machine");
    return new PrecisionMeter(manager, folder, TextLoss.shippedText(folder), between)
        .measure(trial -> LOG.info(trial.describe()));
  }

  static PrecisionRecord.Subject subject(NDManager manager, Path folder) {
    return new PrecisionRecord.Subject(
        Cpu.current().model(),
        JniUtils.getNumThreads(),
        manager.getEngine().getVersion(),
        folder.getFileName().toString(),
        weightBytes(folder));
  }

  private static long weightBytes(Path folder) {
    long bytes = 0;
    try (var files = Files.newDirectoryStream(folder, "*.safetensors")) {
      for (Path file : files) {
        bytes += Files.size(file);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
