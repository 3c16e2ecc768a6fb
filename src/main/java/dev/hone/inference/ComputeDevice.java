package dev.hone.inference;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
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
    var cuda = Cuda.LABEL.matcher(label);
    if (!cuda.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no device: it can be cpu, cuda, cuda:1 for the second GPU, or cuda:0,cuda:1 for both"
              .formatted(label));
    }
    return new Cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
  }

  /**
   * @param labels one device, or several GPUs, separated by commas
   * @throws IllegalArgumentException saying what is possible
   */
  static List<ComputeDevice> listOf(String labels) {
    var devices = Arrays.stream(labels.split(",", -1)).map(ComputeDevice::of).toList();
    if (devices.size() > 1 && devices.contains(new Processor())) {
      throw new IllegalArgumentException(
          "'%s' has cpu among several devices, but one engine takes all cores of a processor: name cpu alone, or GPUs"
              .formatted(labels));
    }
    for (ComputeDevice device : devices) {
      if (Collections.frequency(devices, device) > 1) {
        throw new IllegalArgumentException("'%s' names %s twice".formatted(labels, device.label()));
      }
    }
    return devices;
  }
}
