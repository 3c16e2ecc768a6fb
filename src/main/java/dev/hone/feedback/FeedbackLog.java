package dev.hone.feedback;

import dev.hone.feedback.FeedbackException.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Takes votes, one row each, and says which were taken. */
@ApplicationScoped
@Transactional
public class FeedbackLog {
  private final Clock clock = Clock.systemUTC();

  /**
   * @param id of the vote
   * @param repeated the idempotency key had brought the same vote before; nothing was written
   */
  public record Receipt(UUID id, boolean repeated) {}

  /**
   * Writes a vote; when this returns, it is committed. What it says of the turns cannot change
   * later, so the one question left to the moment of writing, whether the key or the withdrawal was
   * there already, is answered by the database's unique constraints.
   *
   * @param sent turns may be named by their completion, which means its choice 0
   * @param key makes a repeat harmless; keys of different owners are different keys
   * @throws FeedbackException if it is not taken
   */
  public Receipt take(String owner, Vote sent, Optional<String> key) {
    var row = new Feedback();
    Vote vote = withFullTurnIds(sent);
    switch (vote) {
      case Vote.Withdrawal(UUID feedback) -> row.withdraws = withdrawable(feedback, owner);
      case Vote.Rating _, Vote.Comparison _, Vote.Ranking _, Vote.Edit _ -> {}
    }
    row.id = UUID.randomUUID();
    row.owner = owner;
    row.vote = VoteJson.write(vote);
    row.turns = vote.turns();
    row.idempotencyKey = key.orElse(null);
    row.fingerprint = fingerprint(sent);
    row.createdAt = clock.instant();
    if (Feedback.insert(row)) {
      return new Receipt(row.id, false);
    }
    return key.flatMap(k -> Feedback.byKey(owner, k))
        .map(earlier -> repeat(earlier, row))
        .orElseThrow(
            () ->
                new FeedbackException(
                    Reason.ALREADY_WITHDRAWN,
                    "feedback '%s' was withdrawn before".formatted(row.withdraws)));
  }

  /** What this owner said in a conversation and still counts, in the order it was said. */
  public List<FeedbackEntry> inConversation(UUID conversation, String owner) {
    return Standing.of(entries(Feedback.inConversation(conversation, owner)));
  }

  /** Every vote on answers to these prompts, and the withdrawals of such votes. */
  public List<FeedbackEntry> onPrompts(Collection<String> promptHashes) {
    return entries(Feedback.onPrompts(promptHashes));
  }

  /** By turn id, the answers to these prompts that any vote speaks of. */
  public Map<String, VotedAnswer> answersTo(Collection<String> promptHashes) {
    return VotedAnswer.to(promptHashes);
  }

  /**
   * Hashes of prompts whose answers were voted on, in their own order.
   *
   * @param after where the last page ended; empty for the first
   */
  public List<String> votedPrompts(String after, int limit) {
    return Feedback.votedPrompts(after, limit);
  }

  private static List<FeedbackEntry> entries(List<Feedback> rows) {
    return rows.stream().map(Feedback::entry).toList();
  }

  private static Receipt repeat(Feedback earlier, Feedback now) {
    if (!MessageDigest.isEqual(earlier.fingerprint, now.fingerprint)) {
      throw new FeedbackException(
          Reason.IDEMPOTENCY_KEY_REUSED,
          "this Idempotency-Key came before with another vote, '%s'".formatted(earlier.id));
    }
    return new Receipt(earlier.id, true);
  }

  private static Vote withFullTurnIds(Vote sent) {
    var candidates = sent.turns().stream().flatMap(id -> Stream.of(id, choiceZero(id))).toList();
    Map<String, VotedAnswer> answers = candidates.isEmpty() ? Map.of() : VotedAnswer.of(candidates);
    Vote vote = sent.withTurns(id -> answers.containsKey(id) ? id : choiceZero(id));
    for (int i = 0; i < vote.turns().size(); i++) {
      if (!answers.containsKey(vote.turns().get(i))) {
        throw new FeedbackException(
            Reason.UNKNOWN_TURN, "there is no turn '%s'".formatted(sent.turns().get(i)));
      }
    }
    refuseWhatTheAnswersForbid(vote, vote.turns().stream().map(answers::get).toList());
    return vote;
  }

  private static String choiceZero(String completion) {
    return completion + "-0";
  }

  private static void refuseWhatTheAnswersForbid(Vote vote, List<VotedAnswer> answers) {
    if (vote instanceof Vote.Edit edit
        && edit.text().strip().equals(answers.getFirst().text().strip())) {
      throw new FeedbackException(Reason.INVALID_VOTE, "'text' is the answer as it was");
    }
    for (VotedAnswer answer : answers) {
      if (!answer.promptHash().equals(answers.getFirst().promptHash())) {
        throw new FeedbackException(
            Reason.DIFFERENT_PROMPTS,
            "turns '%s' and '%s' answer different prompts"
                .formatted(answers.getFirst().turn(), answer.turn()));
      }
    }
  }

  private static UUID withdrawable(UUID id, String owner) {
    Feedback target =
        Feedback.<Feedback>findByIdOptional(id)
            .orElseThrow(
                () ->
                    new FeedbackException(
                        Reason.UNKNOWN_FEEDBACK, "there is no feedback '%s'".formatted(id)));
    if (!target.owner.equals(owner)) {
      throw new FeedbackException(
          Reason.FEEDBACK_OF_ANOTHER_OWNER, "feedback '%s' is not yours".formatted(id));
    }
    if (target.withdraws != null) {
      throw new FeedbackException(
          Reason.INVALID_VOTE, "feedback '%s' is itself a withdrawal".formatted(id));
    }
    return id;
  }

  private static byte[] fingerprint(Vote sent) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(VoteJson.write(sent).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
