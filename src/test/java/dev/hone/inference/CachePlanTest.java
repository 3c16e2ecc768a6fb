package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.model.Architecture;
import dev.hone.model.CacheMemory;
import dev.hone.model.SmallModel;
import org.junit.jupiter.api.Test;

class CachePlanTest {
  private static final Architecture NET = SmallModel.PLAIN.architecture();
  private static final int WINDOW = 128;

  @Test
  void aQuarterIsForWhatMayBeNeededAgain() {
    assertThat(CachePlan.of(blocks(40), NET, WINDOW, true)).isEqualTo(new CachePlan(30, 10));
    assertThat(CachePlan.of(blocks(40), NET, WINDOW, false)).isEqualTo(new CachePlan(40, 0));
  }

  @Test
  void oneWindowAlwaysFits() {
    assertThat(CachePlan.of(blocks(5), NET, WINDOW, true)).isEqualTo(new CachePlan(4, 1));
    assertThat(CachePlan.of(blocks(4), NET, WINDOW, true)).isEqualTo(new CachePlan(4, 0));
  }

  @Test
  void tooLittleIsSaidWithWhatWouldDo() {
    long least = 4L * CacheMemory.BLOCK * NET.cacheBytesPerToken();
    assertThatThrownBy(() -> CachePlan.of(least - 1, NET, WINDOW, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hone.inference.cache-memory")
        .hasMessageContaining("holds 96 tokens")
        .hasMessageContaining("one context of 128");
  }

  private static long blocks(int count) {
    return (long) count * CacheMemory.BLOCK * NET.cacheBytesPerToken();
  }
}
