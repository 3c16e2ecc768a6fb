package dev.hone.inference;

import ai.djl.engine.EngineException;

/** A device that was asked for is not there, fails, or lacks its libraries. */
public final class DeviceUnavailableException extends RuntimeException {
  private DeviceUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  static DeviceUnavailableException missing(ComputeDevice device, EngineException cause) {
    return new DeviceUnavailableException(
        """
        there is no %s to compute on: libtorch says "%s".
        It takes an NVIDIA GPU, its driver, and libtorch for CUDA. Either start with HONE_NATIVES=cuda, which builds \
        with the libraries for CUDA 12.4 (Linux x86_64, a download of 2.5 GB), or set PYTORCH_LIBRARY_PATH to the lib \
        folder of an installed libtorch 2.7.1 for CUDA and PYTORCH_FLAVOR to its flavour, such as cu128"""
            .formatted(device.label(), reason(cause)),
        cause);
  }

  static DeviceUnavailableException failed(ComputeDevice device, EngineException cause) {
    return new DeviceUnavailableException(
        "the model can't be computed on %s: libtorch says \"%s\". Where its memory is too small, a smaller model, a smaller hone.inference.cache-memory, or another --device may do"
            .formatted(device.label(), reason(cause)),
        cause);
  }

  /** Where an operator is missing, libtorch goes on to list all that have it. */
  private static String reason(EngineException cause) {
    return PrecisionMeter.reason(cause).split("\\. ", 2)[0];
  }
}
