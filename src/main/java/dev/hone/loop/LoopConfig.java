package dev.hone.loop;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** What this room needs to know. */
@ConfigMapping(prefix = "hone")
public interface LoopConfig {
  /** Folder of everything that belongs to this instance. */
  Path data();

  /** Folder of pulled bases and trained versions. */
  Path models();

  Loop loop();

  /** The settings of rounds, {@code hone.loop.*}. */
  interface Loop {
    /** Fewer pairs, or answers where a recipe learns from those, to train on are refused. */
    @WithDefault("8")
    int minPairs();

    /** Most examples of a kind that a snapshot takes from one person's votes; 0 for no bound. */
    @WithDefault("0")
    int maxPerOwner();

    /** Whether a refused candidate stays on disk, so that an operator can publish it after all. */
    @WithDefault("true")
    boolean keepRefusedCandidates();

    /**
     * Memory that must be available before a worker starts; training then looks for what its own
     * settings take.
     */
    @WithDefault("1G")
    MemorySize requiredMemory();

    /** Room on the data folder's disk that must be free before a worker starts. */
    @WithDefault("1G")
    MemorySize requiredDisk();

    /** Bound on the worker's Java heap; its tensors lie outside of it. */
    @WithDefault("1G")
    MemorySize workerHeap();

    /** How long nobody must have chatted before a paused worker goes on. */
    @WithDefault("1s")
    Duration quiet();

    /** Work of a training from one checkpoint to the next: the most that a kill undoes. */
    @WithDefault("60s")
    Duration checkpointEvery();

    /** Steps from one checkpoint to the next, if they come before that; 0 for no such bound. */
    @WithDefault("0")
    int checkpointSteps();

    /** Time that a worker gets to end in order. */
    @WithDefault("20s")
    Duration workerPatience();

    Alarms alarms();
  }

  /** Beyond what a training is stopped ({@code hone.loop.alarms.*}); 0 for no such alarm. */
  interface Alarms {
    /** In nats an answer: of trainings by reward, of KTO, and on held-out answers. */
    @WithDefault("100")
    double maxKl();

    /** By which the answers that a training by reward samples may have become longer or shorter. */
    @WithDefault("4")
    double lengthFactor();

    /** Share of held-out pairs by which the accuracy may fall while the reward rises. */
    @WithDefault("0.1")
    double accuracyDrop();
  }
}
