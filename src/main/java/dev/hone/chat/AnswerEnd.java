package dev.hone.chat;

import dev.hone.inference.FinishReason;

/**
 * How an answer ended.
 *
 * @param turn id under which it was stored, or would have been
 * @param cachedTokens of the prompt, which the engine did not have to compute anew
 * @param completionTokens the end-of-turn token included
 */
public record AnswerEnd(
    String turn,
    String version,
    FinishReason reason,
    int promptTokens,
    int cachedTokens,
    int completionTokens) {}
