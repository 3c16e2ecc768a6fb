package dev.hone.inference;

/** The device that was asked for is not there, or the libraries for it are not. */
public final class DeviceUnavailableException extends RuntimeException {
  DeviceUnavailableException(ComputeDevice device, String reason, Throwable cause) {
    super(
        """
        there is no %s to compute on: libtorch says "%s".
        It takes an NVIDIA GPU, its driver, and libtorch for CUDA. Either start with HONE_NATIVES=cuda, which builds \
        with the libraries for CUDA 12.4 (Linux x86_64, a download of 2.5 GB), or set PYTORCH_LIBRARY_PATH to the lib \
        folder of an installed libtorch 2.7.1 for CUDA and PYTORCH_FLAVOR to its flavour, such as cu128"""
            .formatted(device.label(), firstSentence(reason)),
        cause);
  }

  /** Where an operator is missing, libtorch goes on to list all that have it. */
  private static String firstSentence(String reason) {
    return reason.split("\\. ", 2)[0];
  }
}
