package dev.hone.loop;

import dev.hone.alignment.AlarmLimits;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the steps of a round are done with. */
@ApplicationScoped
class RoundSteps {
  private final RoundLog log;
  private final Jobs jobs;
  private final Workers workers;
  private final GateStep gate;
  private final ChatActivity chat;
  private final LoopConfig config;

  RoundSteps(
      RoundLog log,
      Jobs jobs,
      Workers workers,
      GateStep gate,
      ChatActivity chat,
      LoopConfig config) {
    this.log = log;
    this.jobs = jobs;
    this.workers = workers;
    this.gate = gate;
    this.chat = chat;
    this.config = config;
  }

  RoundLog log() {
    return log;
  }

  Jobs jobs() {
    return jobs;
  }

  Workers workers() {
    return workers;
  }

  GateStep gate() {
    return gate;
  }

  ChatActivity chat() {
    return chat;
  }

  /** What a worker lacks, to train and for what it trains to be published. */
  Optional<String> objection(RoundFolder folder) {
    return Preflight.of(config.loop()).objection(List.of(folder.path(), config.models()));
  }

  AlarmLimits alarms() {
    var alarms = config.loop().alarms();
    return new AlarmLimits(alarms.maxKl(), alarms.lengthFactor(), alarms.accuracyDrop());
  }

  Duration workerPatience() {
    return config.loop().workerPatience();
  }
}
