package dev.hone.chat;

import dev.hone.inference.TokenEvent;
import java.util.List;

/**
 * What an answer has grown by.
 *
 * @param text may be empty at the end, where tokens are left that added none
 * @param tokens those that the text was drawn as; those of a stop string and of the turn's end,
 *     which are not in the text, are not here either
 */
public record Piece(String text, List<TokenEvent.Token> tokens) {}
