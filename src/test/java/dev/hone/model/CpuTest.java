package dev.hone.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuTest {
  @Test
  void twoThreadsOfACoreCountOnce() {
    var info = new ArrayList<String>();
    info.addAll(processor(0, 0));
    info.addAll(processor(0, 0));
    info.addAll(processor(0, 1));
    info.addAll(processor(1, 0));
    assertThat(Cpu.read(info, 8)).isEqualTo(new Cpu("A CPU [avx2, amx_int8]", 3));
  }

  @Test
  void neverMoreThanTheProcessMayUse() {
    assertThat(Cpu.read(List.of(), 4).cores()).isEqualTo(4);
    assertThat(Cpu.read(processor(0, 0), 4).cores()).isEqualTo(1);
  }

  private static List<String> processor(int socket, int core) {
    return List.of(
        "model name\t: A CPU",
        "physical id\t: " + socket,
        "core id\t\t: " + core,
        "flags\t\t: fpu avx2 amx_int8",
        "");
  }
}
