package dev.hone.api;

import dev.hone.operations.HoneConfig;
import dev.hone.registry.Versions;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

/** Makes the base the version that answers where none does yet, before any is loaded. */
@ApplicationScoped
class FirstVersion {
  private final Versions versions;
  private final HoneConfig config;

  FirstVersion(Versions versions, HoneConfig config) {
    this.versions = versions;
    this.config = config;
  }

  void ensure(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
    versions.ensureBase(config.model());
  }
}
