package dev.hone.cli;

import dev.hone.inference.ComputeDevice;
import dev.hone.inference.DeviceUnavailableException;
import dev.hone.inference.PrecisionPlan;
import dev.hone.inference.Torch;
import dev.hone.model.Precision;
import dev.hone.operations.DataFolder;
import dev.hone.operations.DatabaseAddress;
import dev.hone.operations.EmbeddedPostgres;
import dev.hone.operations.StartException;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "serve",
    description = "Serve the page and the API until stopped (Ctrl-C or SIGTERM).")
final class Serve implements Callable<Integer> {
  private static final int DEFAULT_PORT = 8080;
  private static final List<String> PRECISIONS =
      Stream.concat(Stream.of("auto"), Arrays.stream(Precision.values()).map(Precision::label))
          .toList();

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;
  @Mixin private Instance instance;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address to bind to (default: ${DEFAULT-VALUE}); any other than loopback wants HONE_KEY.")
  private String host = "127.0.0.1";

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Base to serve, brought if it is not here (default: the one served before).")
  private String model;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "COUNT",
      description = "Bound on an answer where the request gives none (default: ${DEFAULT-VALUE}).")
  private int maxNewTokens = 1024;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "f32, f32-prepacked, bf16, bf16-prepacked, int8, int4, or auto: the fastest here (default: ${DEFAULT-VALUE}).")
  private String precision = "auto";

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description =
          "cpu, cuda, cuda:1 for the second GPU, or cuda:0,cuda:1 for both (default: ${DEFAULT-VALUE}); a GPU wants libtorch for CUDA (docs/operations.md).")
  private String device = "cpu";

  @Option(names = "--while-used", hidden = true, description = "Stop after the last command.")
  private boolean whileUsed;

  @Override
  public Integer call() {
    checkValues();
    int port = instance.port(DEFAULT_PORT);
    String key = System.getenv().getOrDefault("HONE_KEY", "");
    checkAddress(port, key);
    try (var ending = new OrderlyEnd();
        var data = DataFolder.lock(instance.data())) {
      NativeLibraries.unpackInto(data.path());
      checkDevice();
      String base = instance.modelChoice().make(Optional.ofNullable(model));
      String external = System.getenv().getOrDefault("HONE_DB_URL", "");
      if (!external.isEmpty()) {
        return serve(data.path(), port, base, DatabaseAddress.parse(external), ending);
      }
      try (var postgres = EmbeddedPostgres.start(data.path().resolve("postgres"))) {
        return serve(data.path(), port, base, postgres.address(), ending);
      }
    }
  }

  private void checkValues() {
    if (maxNewTokens < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--max-new-tokens must be at least 1, was " + maxNewTokens);
    }
    if (!PRECISIONS.contains(precision)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--precision must be one of " + PRECISIONS + ", was " + precision);
    }
    checkPrecision();
  }

  private List<ComputeDevice> devices() {
    try {
      return ComputeDevice.listOf(device);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--device: " + e.getMessage(), e);
    }
  }

  private boolean onProcessor() {
    return devices().contains(new ComputeDevice.Processor());
  }

  private void checkPrecision() {
    if (onProcessor() || precision.equals("auto")) {
      return;
    }
    try {
      var _ = PrecisionPlan.onGpu(Optional.of(Precision.of(precision)));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }

  /** Before the long work, too: the libraries may be those for processors. */
  private void checkDevice() {
    if (onProcessor()) {
      return;
    }
    try {
      devices().forEach(Torch::check);
    } catch (DeviceUnavailableException e) {
      throw new StartException("--device " + device + ": " + e.getMessage(), e);
    }
  }

  /** Before the long work: what would be refused after it. */
  private void checkAddress(int port, String key) {
    try {
      var address = InetAddress.getByName(host);
      if (!address.isLoopbackAddress() && key.isEmpty()) {
        throw new StartException(
            "--host %s opens Hone to other machines, and then it wants a key: set HONE_KEY to a long secret"
                .formatted(host));
      }
      try (var socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(address, port), 1);
      }
    } catch (UnknownHostException e) {
      throw new StartException("--host " + host + " is no address of this machine", e);
    } catch (IOException e) {
      throw portTaken(port, e);
    }
  }

  private StartException portTaken(int port, Throwable cause) {
    return new StartException(
        "port %d on %s cannot be bound (%s); choose another one with --port or HONE_PORT"
            .formatted(port, host, cause.getMessage()),
        cause);
  }

  private int serve(Path data, int port, String base, DatabaseAddress database, OrderlyEnd ending) {
    var settings = new HashMap<>(database.settings());
    settings.put("quarkus.http.host", host);
    settings.put("quarkus.http.port", Integer.toString(port));
    settings.put("hone.data", data.toString());
    settings.put("hone.models", instance.models().toString());
    settings.put("hone.model", base);
    settings.put("hone.max-new-tokens", Integer.toString(maxNewTokens));
    settings.put("hone.inference.precision", precision);
    settings.put("hone.inference.device", device);
    settings.forEach(System::setProperty);

    var exitCode = new AtomicInteger();
    var failure = new AtomicReference<Throwable>();
    ending.leaveToQuarkus();
    Quarkus.run(
        ServeApplication.class,
        (code, thrown) -> {
          exitCode.set(code);
          failure.set(thrown);
        },
        Stream.of(
                whileUsed ? ServeApplication.WHILE_USED : "",
                instance.json() ? ServeApplication.JSON : "")
            .filter(option -> !option.isEmpty())
            .toArray(String[]::new));
    if (failure.get() != null) {
      throw notStarted(port, failure.get());
    }
    return exitCode.get();
  }

  private StartException notStarted(int port, Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null && !(root instanceof BindException)) {
      root = root.getCause();
    }
    return root instanceof BindException
        ? portTaken(port, root)
        : new StartException("the server did not start: " + root, thrown);
  }
}
