package dev.hone.api;

import dev.hone.inference.ModelHost;
import dev.hone.inference.ServedModel;
import dev.hone.registry.Versions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Finds the model that a request names. */
@ApplicationScoped
class ModelLookup {
  private final ModelHost host;
  private final Versions versions;

  ModelLookup(ModelHost host, Versions versions) {
    this.host = host;
    this.versions = versions;
  }

  /**
   * @param name empty for the active version
   */
  ServedModel find(Optional<String> name) {
    return host.model(versions.resolve(name.orElse(null)));
  }
}
