package dev.hone.api;

import dev.hone.chat.Cancellation;
import dev.hone.inference.ContextLengthExceededException;
import dev.hone.inference.ModelHost;
import dev.hone.inference.ServedModel;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/** Vectors of texts by the chat model or a version of it. */
@ApplicationScoped
class ChatModelEmbeddings {
  /** OpenAI's bound on a request. */
  private static final int MAX_TOKENS_TOGETHER = 300_000;

  private final ModelHost host;

  ChatModelEmbeddings(ModelHost host) {
    this.host = host;
  }

  /**
   * @param tokens of all texts together
   */
  record Embedded(List<float[]> vectors, int tokens) {}

  /**
   * @param cancellation ends the work between two texts
   * @throws InvalidRequestException naming the text that is too long or holds no tokens
   * @throws dev.hone.inference.EngineBusyException when too many others wait
   */
  Embedded embed(ServedModel model, List<TextPrompt> texts, Cancellation cancellation) {
    var tokens = new ArrayList<int[]>();
    int together = 0;
    for (TextPrompt text : texts) {
      tokens.add(tokens(model, text));
      together += tokens.getLast().length;
      if (together > MAX_TOKENS_TOGETHER) {
        throw InvalidRequestException.wrong(
            EmbeddingsBody.INPUT, "has more than " + MAX_TOKENS_TOGETHER + " tokens");
      }
    }
    var result = host.engine().embed(model.version(), tokens);
    cancellation.whenCancelled(() -> result.cancel(false));
    try {
      return new Embedded(result.join(), together);
    } catch (CancellationException _) {
      throw new AnswerStoppedException();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static int[] tokens(ServedModel model, TextPrompt text) {
    int[] tokens = text.tokens(model.format().tokenizer());
    try {
      ContextLengthExceededException.checkText(tokens.length, model.contextWindow());
      return tokens;
    } catch (ContextLengthExceededException e) {
      throw InvalidRequestException.tooLong(text.field(), e);
    }
  }
}
