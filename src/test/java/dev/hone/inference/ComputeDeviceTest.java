package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.inference.ComputeDevice.Cuda;
import dev.hone.inference.ComputeDevice.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
            "'"
                + label
                + "' is no device: it can be cpu, cuda, cuda:1 for the second GPU, or cuda:0,cuda:1"
                + " for both");
  }

  @Test
  void severalAreSeparatedByCommas() {
    assertThat(ComputeDevice.listOf("cpu")).containsExactly(new Processor());
    assertThat(ComputeDevice.listOf("cuda:1")).containsExactly(new Cuda(1));
    assertThat(ComputeDevice.listOf("cuda:2,cuda,cuda:1"))
        .containsExactly(new Cuda(2), new Cuda(0), new Cuda(1));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = ';',
      value = {
        "cuda:0,cuda:1,cuda:0; 'cuda:0,cuda:1,cuda:0' names cuda:0 twice",
        "cuda,cuda:0; 'cuda,cuda:0' names cuda:0 twice",
        "cuda:0,cpu; 'cuda:0,cpu' has cpu among several devices, but one engine takes all cores of"
            + " a processor: name cpu alone, or GPUs",
        "cuda:0,; '' is no device",
        "cuda:0,tpu; 'tpu' is no device"
      })
  void aListThatCannotBeIsRefused(String labels, String message) {
    assertThatThrownBy(() -> ComputeDevice.listOf(labels))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
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
