package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NgramDraftTest {
  private final NgramDraft ngrams = new NgramDraft();

  @Test
  void aTextGoesOnAsItDidAfterTheSameTokens() {
    assertThat(next("one two three, one two", 6)).isEqualTo(" three");
  }

  @Test
  void aLongerMatchCountsMoreThanALaterOne() {
    assertThat(next("abcd1 xbcd2 abcd", 1)).isEqualTo("1");
    assertThat(next("abcd1 abcd2 abcd", 1)).isEqualTo("2");
  }

  @Test
  void whereNothingOccurredBeforeNothingIsGuessed() {
    assertThat(next("abcdefg", 4)).isEmpty();
    assertThat(next("a", 4)).isEmpty();
    assertThat(next("ab", 4)).isEmpty();
    assertThat(next("abab", 0)).isEmpty();
  }

  @Test
  void whatRepeatsItselfGoesOnBeyondItsOwnEnd() {
    assertThat(next("xabcabc", 7)).isEqualTo("abcabca");
    assertThat(next("aaa", 5)).isEqualTo("aaaaa");
  }

  @Test
  void onlyAMatchOfTheLengthAskedForCounts() {
    String text = "the red house; a red hou";
    assertThat(guess(text, 2, 2)).isEqualTo("se");
    assertThat(guess(text, 8, 2)).isEqualTo("se");
    assertThat(guess(text, 9, 2)).isEmpty();
  }

  @Test
  void aGrowingTextIsGuessedAsOneLookedAtWhole() {
    var random = new SplittableRandom(1);
    int[] tokens = random.ints(5_000, 0, 6).toArray();
    for (int length = 1; length <= tokens.length; length += 1 + random.nextInt(3)) {
      assertThat(ngrams.next(tokens, length, 2, 8)).isEqualTo(slowly(tokens, length, 8));
    }
  }

  /** Looks for the end of the text everywhere before it. */
  private static int[] slowly(int[] tokens, int length, int most) {
    for (int n = Math.min(4, length); n >= 2; n--) {
      int[] end = Arrays.copyOfRange(tokens, length - n, length);
      for (int place = length - 1; place >= n; place--) {
        if (Arrays.equals(Arrays.copyOfRange(tokens, place - n, place), end)) {
          int[] text = Arrays.copyOf(tokens, length + most);
          System.arraycopy(text, place, text, length, Math.min(most, length - place));
          for (int i = length - place; i < most; i++) {
            text[length + i] = text[place + i];
          }
          return Arrays.copyOfRange(text, length, length + most);
        }
      }
    }
    return new int[0];
  }

  private static String next(String text, int most) {
    return guess(text, NgramDraft.SHORTEST, most);
  }

  private static String guess(String text, int least, int most) {
    int[] draft = new NgramDraft().next(text.chars().toArray(), text.length(), least, most);
    return new String(draft, 0, draft.length);
  }
}
