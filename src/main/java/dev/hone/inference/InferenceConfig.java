package dev.hone.inference;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/** What this room needs to know. */
@ConfigMapping(prefix = "hone")
public interface InferenceConfig {
  /** Folder of everything that belongs to this instance. */
  Path data();

  /** Folder of pulled bases and trained versions. */
  Path models();

  /** Id of the base model, a folder under {@code models/base}. */
  String model();

  Inference inference();

  /** The engine's own settings, {@code hone.inference.*}. */
  interface Inference {
    /** Time that running answers get to finish when the server stops. */
    @WithDefault("20s")
    Duration drainPatience();

    /**
     * {@code cpu}, {@code cuda}, {@code cuda:1} for the second GPU, or {@code cuda:0,cuda:1} for
     * both.
     */
    @WithDefault("cpu")
    String device();

    /** {@code auto}: the fastest by measurement; or one for everything, such as {@code int8}. */
    @WithDefault("auto")
    String precision();

    /** Sequences that are decoded at once. */
    @WithDefault("16")
    int maxBatch();

    /** Sequences that may wait beyond those. */
    @WithDefault("64")
    int queue();

    /** How long somebody may wait until let in; then the answer ends with "busy". */
    @WithDefault("2m")
    Duration queuePatience();

    /** Bound on keys and values; fewer sequences run at once when long ones would exceed it. */
    @WithDefault("1G")
    MemorySize cacheMemory();

    /** Whether a part of that keeps what was computed for prompts and answers, for the next. */
    @WithDefault("true")
    boolean prefixCache();

    /** Whether what was said before is taken as a guess at what follows, and verified. */
    @WithDefault("auto")
    Speculation speculation();

    /** Smaller than the model's own, to save memory. */
    OptionalInt contextWindow();

    /** Prompt tokens per step while nobody else is served. */
    @WithDefault("512")
    int prefillChunk();

    /** Prompt tokens per step while others wait for their next token. */
    @WithDefault("128")
    int sharedPrefillChunk();
  }
}
