package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.inference.ComputeDevice.Cuda;
import dev.hone.inference.ComputeDevice.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {
  @Test
  void aDeviceIsReadAsItIsWritten() {
    assertThat(ComputeDevice.of("cpu")).isEqualTo(new Processor());
    assertThat(ComputeDevice.of("cuda")).isEqualTo(new Cuda(0));
    assertThat(ComputeDevice.of("cuda:3")).isEqualTo(new Cuda(3));
    assertThat(ComputeDevice.of(new Cuda(3).label())).isEqualTo(new Cuda(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "cuda:1000", "CUDA", "cpu:0"})
  void whatIsNoDeviceIsRefusedWithWhatIs(String label) {
    assertThatThrownBy(() -> ComputeDevice.of(label))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'" + label + "' is no device: it can be cpu, cuda, or cuda:1 for the second GPU");
  }

  @Test
  void severalDevicesAreRefusedWithWhatToDoInstead() {
    assertThatThrownBy(() -> ComputeDevice.of("cuda:0,cuda:1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a server computes on one")
        .hasMessageContaining("start a server for each");
  }

  /** The libraries that the tests run with are those for processors, wherever they run. */
  @Test
  void withoutLibrariesForItTheErrorSaysWhatToInstall() {
    assertThatThrownBy(() -> Torch.check(new Cuda(0)))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessageStartingWith("there is no cuda:0 to compute on: libtorch says \"")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600))
        .hasMessageContaining("HONE_NATIVES=cuda")
        .hasMessageContaining("PYTORCH_LIBRARY_PATH");
  }
}
