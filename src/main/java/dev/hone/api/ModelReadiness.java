package dev.hone.api;

import dev.hone.inference.ModelHost;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the model is loaded and has decoded a token. */
@Readiness
@ApplicationScoped
class ModelReadiness implements HealthCheck {
  private final ModelHost host;

  ModelReadiness(ModelHost host) {
    this.host = host;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("model").status(host.ready()).build();
  }
}
