package dev.hone.registry;

/**
 * Another version answers as {@code hone}. Fired after the change is committed.
 *
 * @param from the version that answered before
 */
public record ActiveChanged(String from, String to) {}
