package dev.hone.feedback;

import java.time.Instant;
import java.util.UUID;

/**
 * A vote that was taken.
 *
 * @param sequence grows in the order in which votes were taken: "later" means a higher one
 * @param owner who said it
 */
public record FeedbackEntry(UUID id, long sequence, String owner, Vote vote, Instant createdAt) {}
