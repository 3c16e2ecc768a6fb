package dev.hone.loop;

import java.util.Map;

/**
 * A way in which a round makes its candidate.
 *
 * @param settings every setting with its default
 */
public record Recipe(String name, Map<String, String> settings) {}
