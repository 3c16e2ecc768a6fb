package dev.hone.inference;

import dev.hone.inference.constraint.Constraints;
import dev.hone.model.ChatFormat;
import dev.hone.model.GenerationDefaults;

/**
 * What a caller needs to know of a version that is being served.
 *
 * @param contextWindow tokens of prompt and answer together
 * @param constraints what its answers can be held to
 */
public record ServedModel(
    String version,
    ChatFormat format,
    GenerationDefaults defaults,
    int contextWindow,
    Constraints constraints) {}
