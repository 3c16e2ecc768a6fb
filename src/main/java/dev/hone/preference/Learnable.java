package dev.hone.preference;

import dev.hone.model.Message;
import dev.hone.preference.Example.Demonstration;
import dev.hone.preference.Example.Pair;
import dev.hone.preference.Example.Unpaired;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An example as snapshots hold it: in messages, and wherever it may come from, the same content is
 * the same line.
 */
record Learnable(Example example) {
  private static final int HELD_OUT_PERCENT = 20;
  private static final Provenance ANYWHERE = new Provenance.Listed(0);
  private static final Passage ANYTHING = new Passage.Text("");

  static Learnable of(Example example) {
    Passage prompt = example.prompt().asChat("user");
    return new Learnable(
        switch (example) {
          case Pair(_, var chosen, var rejected, _) ->
              new Pair(prompt, said(chosen), said(rejected), ANYWHERE);
          case Unpaired(_, var completion, boolean label, _) ->
              new Unpaired(prompt, said(completion), label, ANYWHERE);
          case Demonstration(_, var completion, _) ->
              new Demonstration(prompt, said(completion), ANYWHERE);
        });
  }

  private static Passage said(Passage answer) {
    return answer.asChat("assistant");
  }

  /** Why nothing can be learnt from it, if so. */
  Optional<String> useless() {
    return switch (example) {
      case Pair(_, var chosen, var rejected, _) ->
          one(chosen)
              .or(() -> one(rejected))
              .or(
                  () ->
                      text(chosen).equals(text(rejected))
                          ? Optional.of("same-answer")
                          : Optional.empty());
      case Unpaired(_, var completion, _, _) -> one(completion);
      case Demonstration(_, var completion, _) ->
          messages(completion).stream().allMatch(Learnable::teachesNothing)
              ? Optional.of("empty-answer")
              : Optional.empty();
    };
  }

  /** A judgement is of an answer, not of a conversation. */
  private static Optional<String> one(Passage answer) {
    if (messages(answer).size() > 1) {
      return Optional.of("several-turns");
    }
    return text(answer).isEmpty() ? Optional.of("empty-answer") : Optional.empty();
  }

  private static boolean teachesNothing(Message message) {
    return !message.role().equals("assistant") || message.content().isBlank();
  }

  private static String text(Passage answer) {
    return messages(answer).getFirst().content().strip();
  }

  private static List<Message> messages(Passage passage) {
    return passage.asChat("assistant").messages();
  }

  /**
   * Hangs on the first question alone, so an example never changes its side: what one round was
   * measured on, no later round trains on.
   */
  boolean heldOut() {
    List<Message> prompt = messages(example.prompt());
    String first =
        prompt.stream()
            .filter(message -> message.role().equals("user"))
            .findFirst()
            .orElse(prompt.getFirst())
            .content();
    String normalised =
        Normalizer.normalize(first, Normalizer.Form.NFKC)
            .toLowerCase(Locale.ROOT)
            .replaceAll("\\s+", " ")
            .strip();
    var hash =
        ByteBuffer.wrap(SnapshotLines.sha256().digest(normalised.getBytes(StandardCharsets.UTF_8)));
    return Long.remainderUnsigned(hash.getLong(), 100) < HELD_OUT_PERCENT;
  }

  /** What says the contrary, where something can. */
  Optional<Learnable> opposite() {
    return switch (example) {
      case Pair(var prompt, var chosen, var rejected, _) ->
          Optional.of(
              new Learnable(
                  new Pair(prompt, /* chosen= */ rejected, /* rejected= */ chosen, ANYWHERE)));
      case Unpaired(var prompt, var completion, boolean label, _) ->
          Optional.of(new Learnable(new Unpaired(prompt, completion, !label, ANYWHERE)));
      case Demonstration _ -> Optional.empty();
    };
  }

  byte[] line() {
    return (TrlFormat.write(example) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The same for what answers the same prompt, whatever it says. */
  ByteBuffer promptKey() {
    return new Learnable(new Demonstration(example.prompt(), ANYTHING, ANYWHERE)).key();
  }

  /** SHA-256 of the line. */
  ByteBuffer key() {
    return ByteBuffer.wrap(SnapshotLines.sha256().digest(line()));
  }
}
