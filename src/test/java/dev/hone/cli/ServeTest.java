package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is refused before anything is started. */
class ServeTest {
  private static final int USAGE = 2;

  @Test
  void aDeviceThatIsNamedTwiceIsRefused() {
    assertThat(refused("--device", "cuda:0,cuda:0"))
        .contains("--device: 'cuda:0,cuda:0' names cuda:0 twice");
  }

  @Test
  void theProcessorAmongSeveralDevicesIsRefused() {
    assertThat(refused("--device", "cpu,cuda:0")).contains("--device: 'cpu,cuda:0' has cpu among");
  }

  @Test
  void aDeviceThatIsNoneIsRefused() {
    assertThat(refused("--device", "tpu")).contains("--device: 'tpu' is no device");
  }

  @Test
  void aPrecisionForProcessorsIsRefusedOnAGpu() {
    assertThat(refused("--device", "cuda", "--precision", "int8"))
        .contains("--precision int8 is for processors; on a GPU it can be f32 or bf16");
    assertThat(refused("--device", "cuda:0,cuda:1", "--precision", "int8"))
        .contains("--precision int8 is for processors");
  }

  @Test
  void theVariableIsReadLikeTheOption() {
    assertThat(refused(Map.of("HONE_DEVICE", "tpu"))).contains("'tpu' is no device");
    assertThat(refused(Map.of("HONE_DEVICE", "cuda:1,cuda:1"))).contains("names cuda:1 twice");
  }

  private static String refused(String... options) {
    return refused(Map.of(), options);
  }

  private static String refused(Map<String, String> environment, String... options) {
    var errors = new StringWriter();
    var line = Hone.commandLine(environment).setErr(new PrintWriter(errors, true));
    String[] arguments = new String[options.length + 1];
    arguments[0] = "serve";
    System.arraycopy(options, 0, arguments, 1, options.length);
    assertThat(line.execute(arguments)).isEqualTo(USAGE);
    return errors.toString();
  }
}
