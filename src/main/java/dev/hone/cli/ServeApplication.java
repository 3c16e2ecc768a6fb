package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.inference.EngineStoppedException;
import dev.hone.inference.ModelHost;
import dev.hone.operations.HoneConfig;
import dev.hone.operations.RunningServer;
import dev.hone.operations.ServerUse;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the server does once it listens: say where it is, and when the model is ready. */
public final class ServeApplication implements QuarkusApplication {
  static final String WHILE_USED = "while-used";
  static final String JSON = "json";

  private static final Duration LOOK = Duration.ofMillis(50);

  private final HoneConfig config;
  private final ModelHost host;
  private final String address;
  private final int port;

  ServeApplication(
      HoneConfig config,
      ModelHost host,
      @ConfigProperty(name = "quarkus.http.host") String address,
      @ConfigProperty(name = "quarkus.http.port") int port) {
    this.config = config;
    this.host = host;
    this.address = address;
    this.port = port;
  }

  @Override
  public int run(String... arguments) throws UnknownHostException {
    String url = url();
    var options = List.of(arguments);
    boolean whileUsed = options.contains(WHILE_USED);
    RunningServer.here(url, whileUsed).announce(config.data());
    Thread.ofVirtual().name("ready").start(() -> sayWhenReady(url, options.contains(JSON)));
    if (whileUsed) {
      Thread.ofPlatform().daemon().name("last-command").start(this::stopAfterLastCommand);
    }
    Quarkus.waitForExit();
    // Quarkus waits for requests under way meanwhile, so each answer that ends here, or is cut
    // short, is still stored and sent to its end.
    host.drain();
    return 0;
  }

  private void sayWhenReady(String url, boolean json) {
    while (!host.ready() && host.failure().isEmpty()) {
      LockSupport.parkNanos(LOOK.toNanos());
    }
    var object = JsonNodeFactory.instance.objectNode();
    if (host.failure().isPresent()) {
      RuntimeException why = host.failure().get();
      String message =
          why instanceof EngineStoppedException
              ? "stopped before the model was loaded"
              : "the model cannot be served: " + why.getMessage();
      System.err.println("hone: " + message);
      object.putObject("error").put("code", "model_unavailable").put("message", message);
    } else {
      object.put("url", url).put("model", config.model());
      if (!json) {
        System.out.println("Hone is serving " + config.model() + " at " + url);
      }
    }
    if (json) {
      System.out.println(object);
    }
  }

  private void stopAfterLastCommand() {
    // Never closed: until this process is gone, no command may take this server for alive.
    ServerUse.awaitLast(config.data());
    Quarkus.asyncExit();
  }

  /** The address as this machine reaches it. */
  private String url() throws UnknownHostException {
    var bound = InetAddress.getByName(address);
    String name = bound.isAnyLocalAddress() ? "127.0.0.1" : address;
    return "http://%s:%d".formatted(name.contains(":") ? "[" + name + "]" : name, port);
  }
}
