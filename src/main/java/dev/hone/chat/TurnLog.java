package dev.hone.chat;

import dev.hone.inference.FinishReason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** Writes finished answers down, each in one transaction. */
@ApplicationScoped
class TurnLog {
  private static final Logger LOG = Logger.getLogger(TurnLog.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Clock clock = Clock.systemUTC();

  /** One party for each answer that will be written, and one that never leaves. */
  private final Phaser unwritten = new Phaser(1);

  /** An answer that has begun. Closed when it is written, or never will be. */
  interface Expected extends AutoCloseable {
    @Override
    void close();
  }

  /** To be told of each answer, so that the database is not closed before its end is written. */
  Expected expect() {
    unwritten.register();
    return unwritten::arriveAndDeregister;
  }

  /** Returns when every answer that was expected is written; none must begin any more. */
  void awaitWritten() throws InterruptedException {
    try {
      unwritten.awaitAdvanceInterruptibly(
          unwritten.arrive(), PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.errorf(e, "%d answers are lost", unwritten.getUnarrivedParties());
    }
  }

  /**
   * Stores the turn and, in a conversation, makes it the answer that the conversation goes on with.
   */
  @Transactional
  void store(AnswerRequest request, Transcript transcript, FinishReason reason) {
    Turn turn = turn(request, transcript, reason);
    turn.persistAndFlush(); // the exchange is about to refer to it
    request
        .place()
        .ifPresent(
            place -> {
              if (request.chosen()) {
                Exchange.choose(place, turn.id);
              }
              Conversation.touch(place.conversation(), turn.createdAt);
            });
  }

  private Turn turn(AnswerRequest request, Transcript transcript, FinishReason reason) {
    var prompt = request.prompt();
    var sampling = request.sampling();
    var turn = new Turn();
    turn.id = request.draw().turn();
    turn.completion = request.draw().completion();
    turn.choice = request.draw().choice();
    turn.conversation = request.place().map(Place::conversation).orElse(null);
    turn.exchange = request.place().map(Place::position).orElse(null);
    turn.version = prompt.model().version();
    turn.owner = request.owner();
    turn.messages = prompt.messages();
    turn.promptTokenIds = prompt.tokens();
    turn.promptHash = hash(prompt.tokens());
    turn.response = PlainText.storable(transcript.text());
    turn.responseTokenIds = transcript.tokens();
    turn.logprobs = transcript.logprobs();
    turn.sampledLogprobs = transcript.sampledLogprobs();
    turn.sampling =
        new Turn.Sampling(
            sampling.temperature(),
            sampling.topP(),
            sampling.topK(),
            sampling.minP(),
            sampling.maxNewTokens(),
            sampling.stop().stream().map(PlainText::storable).toList(),
            sampling.bias());
    turn.seed = sampling.seed();
    turn.finishReason = reason.name().toLowerCase(Locale.ROOT);
    turn.createdAt = clock.instant();
    return turn;
  }

  /** SHA-256 in hex over the ids as little-endian 32-bit integers. */
  static String hash(int[] tokens) {
    var bytes = ByteBuffer.allocate(tokens.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(tokens);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
