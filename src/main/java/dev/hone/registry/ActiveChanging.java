package dev.hone.registry;

/**
 * A version is about to answer as {@code hone}. Fired before anything changes; an observer that
 * throws keeps everything as it is.
 */
public record ActiveChanging(String to) {}
