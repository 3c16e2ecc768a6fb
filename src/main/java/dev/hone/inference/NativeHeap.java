package dev.hone.inference;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The C library's heap. It keeps what is freed, which is well for what the next step takes again,
 * and wrong for a model's weights.
 */
final class NativeHeap {
  /** Only glibc has it; others need no telling. */
  private static final Optional<MethodHandle> TRIM =
      Linker.nativeLinker().defaultLookup().find("malloc_trim").map(NativeHeap::handle);

  private NativeHeap() {}

  // The launcher grants native access to all, as the tensor library needs it.
  @SuppressWarnings("restricted")
  private static MethodHandle handle(MemorySegment function) {
    return Linker.nativeLinker()
        .downcallHandle(
            function, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
  }

  /** Gives the system back what is free. */
  static void giveBack() {
    TRIM.ifPresent(NativeHeap::call);
  }

  private static void call(MethodHandle trim) {
    try {
      int _ = (int) trim.invokeExact(0L);
    } catch (Throwable e) { // what a method handle declares, whatever it calls
      throw new IllegalStateException("malloc_trim failed", e);
    }
  }
}
