package dev.hone.model;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A small random model and what transformers says about it (src/test/python/tiny_llama.py). */
public record SmallModel(Path folder) {
  public static final SmallModel PLAIN = new SmallModel(resource("golden/plain"));
  public static final SmallModel BIASED = new SmallModel(resource("golden/biased"));

  public static Path resource(String name) {
    try {
      return Path.of(SmallModel.class.getClassLoader().getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The small model that chats, as a base is installed. */
  public static void copyChat(Path draft) throws IOException {
    Path chat = resource("golden/chat");
    for (String file :
        List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(chat.resolve(file), draft.resolve(file));
    }
  }

  public Network load(NDManager manager, Precision precision) {
    return Network.load(manager, folder, precision, 128, Optional.empty());
  }

  /**
   * Writes the weights with an adapter merged into them.
   *
   * @param target a folder, made if it is not there
   * @return the target
   */
  public Path merged(Path adapter, Path target) {
    try (NDManager manager = NDManager.newBaseManager();
        var loaded = LoraAdapter.load(manager, adapter, architecture())) {
      FullWeights.merge(folder, loaded, architecture(), Files.createDirectories(target));
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files of the model, as a store keeps them. */
  public void copyTo(Path target) throws IOException {
    try (var files = Files.newDirectoryStream(folder, "*{.json,.safetensors}")) {
      for (Path file : files) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
  }

  public Architecture architecture() {
    return Architecture.load(folder);
  }

  public float[] golden(String name) {
    try (var golden = Safetensors.open(folder.resolve("golden.safetensors"))) {
      return golden.data(name).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
  }

  public int[][] tokens() {
    try (var golden = Safetensors.open(folder.resolve("golden.safetensors"))) {
      long[] flat = golden.data("tokens").toArray(ValueLayout.JAVA_LONG_UNALIGNED);
      long[] shape = golden.info("tokens").shape();
      int[][] tokens = new int[(int) shape[0]][(int) shape[1]];
      for (int i = 0; i < flat.length; i++) {
        tokens[i / tokens[0].length][i % tokens[0].length] = (int) flat[i];
      }
      return tokens;
    }
  }

  public static double maxDifference(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new AssertionError(a.length + " numbers against " + b.length);
    }
    double max = 0;
    for (int i = 0; i < a.length; i++) {
      max = Math.max(max, Double.isNaN(a[i]) ? Double.NaN : Math.abs(a[i] - b[i]));
    }
    return max;
  }
}
