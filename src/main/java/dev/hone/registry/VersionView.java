package dev.hone.registry;

import java.time.Instant;

/**
 * @param base the untrained model that the version comes from; its own id for that model
 * @param parent the version that it was trained from; null for an untrained model
 * @param round the one that made it; null for an untrained model
 * @param manifestSha256 of its {@code manifest.json}; null for an untrained model
 */
public record VersionView(
    String id,
    String base,
    String parent,
    String round,
    String manifestSha256,
    boolean active,
    Instant createdAt) {}
