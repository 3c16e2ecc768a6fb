package dev.hone.chat;

import dev.hone.model.Message;
import java.util.List;

/**
 * An answer that can be read again and gone on from.
 *
 * @param messages the conversation with its answer, without what it was instructed with
 * @param body as it was sent, in JSON
 */
public record KeptResponse(String id, List<Message> messages, String body) {}
