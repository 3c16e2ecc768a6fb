package dev.hone.inference;

/**
 * @param version id of a loaded model version
 * @param prompt token ids, [promptLength]; shorter than the context window
 */
public record GenerationRequest(String version, int[] prompt, SamplingParams sampling) {}
