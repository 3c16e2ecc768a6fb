package dev.hone.inference.load;

/** The template alone takes all the tokens that a prompt should have. */
public final class PromptTooShortException extends RuntimeException {
  PromptTooShortException(int template, int wanted) {
    super(
        "a prompt has %d tokens before there is a word in it; %d are too few"
            .formatted(template, wanted));
  }
}
