package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import dev.hone.inference.ComputeDevice.Cuda;
import dev.hone.registry.UnknownModelException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What two devices have, played by two engines here. */
class LoadedBaseTest {
  private final ScriptedLanes first = lanes();
  private final ScriptedLanes second = lanes();

  @Test
  void aVersionIsOpenedAndRetiredOnAllDevices() {
    var devices = List.of(first.onDevice(4), second.onDevice(4));
    var loaded = new LoadedBase(devices);
    loaded.open("base", Optional.empty());
    loaded.open("v", Optional.empty());
    assertThat(devices).allSatisfy(device -> assertThat(submit(device, "v")).isEqualTo("v"));
    loaded.retire("v");
    assertThat(devices).allSatisfy(LoadedBaseTest::hasNoV);
    assertThat(devices).allSatisfy(device -> assertThat(submit(device, "base")).isEqualTo("b"));
    close(loaded);
  }

  @Test
  void aVersionThatOneDeviceCannotLoadIsOpenOnNone() {
    var devices = List.of(first.onDevice(4), second.onDevice(4));
    var loaded = new LoadedBase(devices);
    var cause = new IllegalStateException("no memory is left");
    second.onLoad =
        _ -> {
          throw cause;
        };
    assertThatThrownBy(() -> loaded.open("v", Optional.empty())).isSameAs(cause);
    assertThat(devices).allSatisfy(LoadedBaseTest::hasNoV);
    second.onLoad = _ -> {};
    loaded.open("v", Optional.empty());
    assertThat(devices).allSatisfy(device -> assertThat(submit(device, "v")).isEqualTo("v"));
    close(loaded);
  }

  @Test
  void aDeviceThatFailsWithAVersionIsNamed() {
    var loaded = new LoadedBase(List.of(first.onDevice(4)));
    first.onLoad =
        _ -> {
          throw new EngineException("out of memory. Tried to allocate 2 GiB");
        };
    assertThatThrownBy(() -> loaded.open("v", Optional.empty()))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessageStartingWith(
            "the model can't be computed on cpu: libtorch says \"out of memory\". Where its memory is too small, ");
    close(loaded);
  }

  @Test
  void oneDevicesEngineIsAskedWithoutARouter() {
    var device = first.onDevice(4);
    var loaded = new LoadedBase(List.of(device));
    assertThat(loaded.engine()).isSameAs(device.engine());
    close(loaded);
  }

  @Test
  void severalAreAskedThroughOne() {
    var loaded =
        LoadedBase.on(
            List.of(new Cuda(0), new Cuda(1)),
            device -> (device.equals(new Cuda(0)) ? first : second).onDevice(4));
    assertThat(loaded.engine()).isInstanceOf(EngineRouter.class);
    close(loaded);
    assertThat(List.of(first.closed, second.closed)).containsOnly(true);
  }

  @Test
  void whereOneDeviceFailsTheOthersAreStoppedAndItIsNamed() {
    var started = first.onDevice(4);
    var cause = new EngineException("CUDA out of memory. Tried to allocate 2 GiB");
    assertThatThrownBy(
            () ->
                LoadedBase.on(
                    List.of(new Cuda(0), new Cuda(1)),
                    device -> {
                      if (device.equals(new Cuda(1))) {
                        throw cause;
                      }
                      return started;
                    }))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessageStartingWith(
            "the model can't be computed on cuda:1: libtorch says \"CUDA out of memory\". Where its memory is too small, ")
        .hasCause(cause);
    assertThat(first.closed).isTrue();
    assertThatThrownBy(() -> submit(started, "base")).isInstanceOf(EngineStoppedException.class);
  }

  private static ScriptedLanes lanes() {
    return new ScriptedLanes(
        "base",
        2,
        40,
        null,
        (version, _) -> FixedLogitsRunner.certain(version.charAt(0), ByteTokenizer.VOCABULARY));
  }

  private static void hasNoV(LoadedBase.OnDevice device) {
    assertThatThrownBy(() -> submit(device, "v")).isInstanceOf(UnknownModelException.class);
  }

  private static String submit(LoadedBase.OnDevice device, String version) {
    var answer = new Answer();
    var params = new SamplingParams(0, 1, 0, 1, 1, List.of());
    device.engine().submit(new GenerationRequest(version, new int[] {'?'}, params), answer);
    return answer.text();
  }

  private static void close(LoadedBase loaded) {
    loaded.engine().drain(Duration.ofSeconds(10));
    loaded.close();
  }
}
