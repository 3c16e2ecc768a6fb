package dev.hone.inference;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What the scripted model says; one for the whole server, set by each test. */
public final class Script {
  private static volatile BiFunction<String, int[], float[]> current =
      (_, tokens) -> saying("Hello.").apply(tokens);

  private Script() {}

  public static void is(Function<int[], float[]> script) {
    current = (_, tokens) -> script.apply(tokens);
  }

  /** Something else for each version. */
  public static void is(BiFunction<String, int[], float[]> script) {
    current = script;
  }

  static float[] logits(String version, int[] tokens) {
    return current.apply(version, tokens);
  }

  /** The same text every time, then the end of the turn. */
  public static Function<int[], float[]> saying(String text) {
    int[] reply = ByteTokenizer.encode(text);
    return tokens -> {
      int said = said(tokens, reply);
      return certain(said == reply.length ? ByteTokenizer.END : reply[said]);
    };
  }

  /** Letters drawn alike, without end. */
  public static Function<int[], float[]> letters() {
    return letters(Integer.MAX_VALUE);
  }

  /** So many letters drawn alike, then the end of the turn. */
  public static Function<int[], float[]> letters(int count) {
    float[] logits = new float[ByteTokenizer.VOCABULARY];
    Arrays.fill(logits, -50);
    Arrays.fill(logits, 'a', 'z' + 1, 0);
    return tokens -> {
      int said = 0;
      while (said < tokens.length && isLetter(tokens[tokens.length - 1 - said])) {
        said++;
      }
      return said < count ? logits.clone() : certain(ByteTokenizer.END);
    };
  }

  private static boolean isLetter(int token) {
    return token >= 'a' && token <= 'z';
  }

  /** Whatever comes to a mind without sense, the same for the same prompt. */
  public static Function<int[], float[]> anything() {
    return tokens -> {
      var random = new SplittableRandom(Arrays.hashCode(tokens));
      float[] logits = new float[ByteTokenizer.VOCABULARY];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) random.nextGaussian() * 2;
      }
      return logits;
    };
  }

  /** The letter a without end, one for each permit. */
  public static Function<int[], float[]> paced(Semaphore steps) {
    return tokens -> {
      steps.acquireUninterruptibly();
      return certain('a');
    };
  }

  public static Function<int[], float[]> failing(String message) {
    return tokens -> {
      throw new IllegalStateException(message);
    };
  }

  /** How much of the reply the tokens end with. */
  private static int said(int[] tokens, int[] reply) {
    int said = Math.min(reply.length, tokens.length);
    while (said > 0
        && !Arrays.equals(tokens, tokens.length - said, tokens.length, reply, 0, said)) {
      said--;
    }
    return said;
  }

  public static float[] certain(int token) {
    return FixedLogitsRunner.certain(token, ByteTokenizer.VOCABULARY);
  }
}
