package dev.hone.inference;

import java.util.regex.Pattern;

/** What the network is computed on. */
public sealed interface ComputeDevice {
  /** As written in settings. */
  String label();

  record Processor() implements ComputeDevice {
    @Override
    public String label() {
      return "cpu";
    }
  }

  /**
   * A GPU of NVIDIA's.
   *
   * @param index as CUDA counts them, from 0
   */
  record Cuda(int index) implements ComputeDevice {
    private static final Pattern LABEL = Pattern.compile("cuda(?::([0-9]{1,3}))?");

    @Override
    public String label() {
      return "cuda:" + index;
    }
  }

  /**
   * @param label {@code cpu}, {@code cuda}, or {@code cuda:} and which
   * @throws IllegalArgumentException saying what is possible
   */
  static ComputeDevice of(String label) {
    if (label.equals("cpu")) {
      return new Processor();
    }
    if (label.indexOf(',') >= 0) {
      throw new IllegalArgumentException(
          "'%s' names several devices, and a server computes on one: start a server for each"
                  .formatted(label)
              + " (docs/operations.md, \"On a GPU\")");
    }
    var cuda = Cuda.LABEL.matcher(label);
    if (!cuda.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no device: it can be cpu, cuda, or cuda:1 for the second GPU".formatted(label));
    }
    return new Cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
  }
}
