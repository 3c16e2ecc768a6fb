package dev.hone.loop;

import dev.hone.evaluation.EvaluationSizes;
import dev.hone.evaluation.GateConfig;
import dev.hone.registry.ModelStore;
import dev.hone.registry.VersionView;
import dev.hone.registry.Versions;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.Optional;

/** Writes down what a worker must know. */
@ApplicationScoped
class Jobs {
  private final Versions versions;
  private final LoopConfig config;
  private final GateConfig gate;
  private final ModelStore store;

  Jobs(Versions versions, LoopConfig config, GateConfig gate) {
    this.versions = versions;
    this.config = config;
    this.gate = gate;
    this.store = new ModelStore(config.models());
  }

  void write(Round round, RoundFolder folder) {
    VersionView parent =
        versions
            .find(round.parent())
            .orElseThrow(() -> new IllegalStateException("its parent is not known any more"));
    boolean ofBase = parent.id().equals(parent.base());
    Path data = config.data().toAbsolutePath();
    RoundFolder.write(
        folder.job(),
        new Job(
            round.id(),
            round.plan().stages(),
            store.base(parent.base()).toAbsolutePath(),
            store.baseHash(parent.base()),
            parent.id(),
            ofBase ? Optional.empty() : Optional.of(store.version(parent.id()).toAbsolutePath()),
            data.resolve("snapshots").resolve(round.snapshot().sha256()),
            data.resolve("logprobs"),
            EvaluationSizes.of(gate),
            config.loop().checkpointEvery().toNanos() / 1e9,
            config.loop().checkpointSteps()));
  }
}
