package dev.hone.chat;

import dev.hone.inference.TokenEvent;
import java.util.Arrays;

/** The tokens of one answer as they come. Confined to one thread until the answer has ended. */
final class Transcript {
  private int[] tokens = new int[64];
  private float[] logprobs = new float[64];
  private float[] sampledLogprobs = new float[64];
  private int length;
  private final StringBuilder text = new StringBuilder();

  void add(TokenEvent.Token token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
      logprobs = Arrays.copyOf(logprobs, 2 * length);
      sampledLogprobs = Arrays.copyOf(sampledLogprobs, 2 * length);
    }
    tokens[length] = token.id();
    logprobs[length] = token.logprob();
    sampledLogprobs[length] = token.sampledLogprob();
    length++;
    text.append(token.text());
  }

  void end(String tail) {
    text.append(tail);
  }

  int length() {
    return length;
  }

  String text() {
    return text.toString();
  }

  int[] tokens() {
    return Arrays.copyOf(tokens, length);
  }

  float[] logprobs() {
    return Arrays.copyOf(logprobs, length);
  }

  float[] sampledLogprobs() {
    return Arrays.copyOf(sampledLogprobs, length);
  }
}
