package dev.hone.chat;

import java.util.UUID;

/**
 * Where in a conversation an answer belongs.
 *
 * @param position of the exchange, from 0
 */
public record Place(UUID conversation, int position) {}
