package dev.hone.inference.load;

import dev.hone.model.Message;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Questions of one length that have nothing in common from their first words on, the system's
 * message included, so that nothing computed for one serves another.
 */
public final class LoadPrompts {
  /** Each a single token of about every vocabulary, with the space before it. */
  private static final List<String> WORDS =
      List.of(
          ("water house tree river bread light stone paper music garden window summer winter morning"
                  + " market city train school friend family number story letter color sound table"
                  + " bridge field forest island mountain ocean road village child mother father"
                  + " brother sister doctor teacher student worker king book page word line point"
                  + " circle glass metal wood fire rain snow wind cloud star moon earth plant flower"
                  + " animal horse bird fish")
              .split(" "));

  private static final int PROBE = 64;
  private static final int FEW = 12;
  private static final int TIMES = 8;

  private final long seed;
  private final int words;

  private LoadPrompts(long seed, int words) {
    this.seed = seed;
    this.words = words;
  }

  /**
   * @param seed others get other questions
   * @param tokens of a prompt, the template's own included
   * @param count tells how many tokens messages come to
   * @throws PromptTooShortException when the template leaves no room
   */
  public static LoadPrompts of(long seed, int tokens, ToIntFunction<List<Message>> count) {
    int probe = count.applyAsInt(new LoadPrompts(seed, PROBE).messages(-1));
    int words = PROBE + tokens - probe;
    if (words < 2) {
      throw new PromptTooShortException(probe - PROBE, tokens);
    }
    return new LoadPrompts(seed, words);
  }

  /** The question of that number. */
  public List<Message> messages(int number) {
    var random = new SplittableRandom(seed * 1_000_003 + number);
    int half = words / 2;
    return List.of(
        new Message("system", text(random, half)), new Message("user", text(random, words - half)));
  }

  /** The same few words again and again, which any model goes on with. */
  public String repeating(int number) {
    String few = text(new SplittableRandom(seed * 1_000_003 + number), FEW);
    return Stream.generate(() -> few).limit(TIMES).collect(Collectors.joining(" "));
  }

  private static String text(SplittableRandom random, int count) {
    return Stream.generate(() -> WORDS.get(random.nextInt(WORDS.size())))
        .limit(count)
        .collect(Collectors.joining(" "));
  }
}
