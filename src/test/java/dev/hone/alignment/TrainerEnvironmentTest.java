package dev.hone.alignment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerEnvironmentTest {
  @Test
  void theAllocatorIsSetAsTheLauncherSays() {
    assertThat(
            TrainerEnvironment.of(
                Map.of("HONE_TRAINER_TUNABLES", "glibc.malloc.arena_max=1", "HOME", "/home/me")))
        .isEqualTo(Map.of("GLIBC_TUNABLES", "glibc.malloc.arena_max=1", "MKL_CBWR", "AUTO"));
  }

  @Test
  void withoutALauncherItIsTheParents() {
    assertThat(TrainerEnvironment.of(Map.of("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1")))
        .isEqualTo(Map.of("MKL_CBWR", "AUTO"));
  }

  @Test
  void productsAreRoundedAlikeEveryTimeUnlessThePersonSaysHow() {
    assertThat(TrainerEnvironment.of(Map.of())).isEqualTo(Map.of("MKL_CBWR", "AUTO"));
    assertThat(TrainerEnvironment.of(Map.of("MKL_CBWR", "AVX2,STRICT"))).isEmpty();
  }
}
