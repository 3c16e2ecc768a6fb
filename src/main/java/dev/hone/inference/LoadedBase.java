package dev.hone.inference;

import ai.djl.engine.EngineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** A base in memory: an engine on each device, and the versions that all of these serve. */
final class LoadedBase implements AutoCloseable {
  private final List<OnDevice> devices;
  private final Engine engine;

  /**
   * What one device has.
   *
   * @param source of the engine's lanes
   */
  record OnDevice(ComputeDevice device, InferenceEngine engine, LaneSource source) {
    private void stop() {
      engine.drain(Duration.ZERO);
      source.close();
    }
  }

  /**
   * @param devices at least one
   */
  LoadedBase(List<OnDevice> devices) {
    this.devices = List.copyOf(devices);
    var engines = devices.stream().map(OnDevice::engine).toList();
    this.engine = engines.size() == 1 ? engines.getFirst() : new EngineRouter(engines);
  }

  /**
   * Starts an engine on each device; where one fails, those that have started are stopped.
   *
   * @throws DeviceUnavailableException saying which device failed
   */
  static LoadedBase on(List<ComputeDevice> devices, Function<ComputeDevice, OnDevice> start) {
    var started = new ArrayList<OnDevice>();
    boolean all = false;
    try {
      devices.forEach(device -> started.add(named(device, () -> start.apply(device))));
      all = true;
      return new LoadedBase(started);
    } finally {
      if (!all) {
        started.forEach(OnDevice::stop);
      }
    }
  }

  private static <T> T named(ComputeDevice device, Supplier<T> work) {
    try {
      return work.get();
    } catch (EngineException e) {
      throw DeviceUnavailableException.failed(device, e);
    }
  }

  /** What serves all versions that are open; to be drained before this is closed. */
  Engine engine() {
    return engine;
  }

  String base() {
    return devices.getFirst().source().base();
  }

  /** What callers need to know of a version of this base. */
  ServedModel model(String version) {
    return devices.getFirst().source().model(version);
  }

  /**
   * Loads a version, the base itself among them, and serves it from now on: on all devices or, when
   * one fails, on none.
   *
   * @param manifestSha256 as {@link LaneSource#load} takes it
   * @throws DeviceUnavailableException saying which device failed
   * @throws dev.hone.registry.RegistryException as {@link LaneSource#load} does
   * @throws TooLittleMemoryException as {@link LaneSource#load} does
   */
  void open(String version, Optional<String> manifestSha256) {
    var opened = new ArrayList<OnDevice>();
    boolean all = false;
    try {
      for (OnDevice each : devices) {
        int number = named(each.device(), () -> each.source().load(version, manifestSha256));
        each.engine().open(version, number);
        opened.add(each);
      }
      all = true;
    } finally {
      if (!all) {
        opened.forEach(device -> device.engine().retire(version));
      }
    }
  }

  /** Takes no more requests for a version; those that it has are served to their end. */
  void retire(String version) {
    devices.forEach(device -> device.engine().retire(version));
  }

  /**
   * The same, and waits until the memory of its own that it had is free.
   *
   * @return whether it is, within this time
   */
  boolean retire(String version, Duration patience) {
    var left = new CountDownLatch(devices.size());
    devices.forEach(device -> device.engine().retire(version, left::countDown));
    try {
      return left.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether a version is loaded that shares its weights with nobody. */
  boolean hasOwnWeights(String version) {
    return devices.getFirst().source().hasOwnWeights(version);
  }

  /** Lets the base go, once the engine has stopped and nothing is being loaded any more. */
  @Override
  public void close() {
    devices.forEach(device -> device.source().close());
  }
}
