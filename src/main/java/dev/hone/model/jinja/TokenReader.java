package dev.hone.model.jinja;

import dev.hone.model.jinja.Token.Kind;
import java.util.List;

/** The tokens of a template, front to back. */
final class TokenReader {
  /** Deeper brackets than any real template has, and far from the end of the stack. */
  private static final int MAX_NESTING = 64;

  private final List<Token> tokens;
  private int position;
  private int nesting;

  TokenReader(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(position);
  }

  Token peekSecond() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(position);
    if (token.kind() != Kind.END) {
      position++;
    }
    return token;
  }

  boolean isOperator(String text) {
    return peek().is(Kind.OPERATOR, text);
  }

  boolean isName(String text) {
    return peek().is(Kind.NAME, text);
  }

  boolean skipOperator(String text) {
    return skip(Kind.OPERATOR, text);
  }

  boolean skipName(String text) {
    return skip(Kind.NAME, text);
  }

  private boolean skip(Kind kind, String text) {
    if (!peek().is(kind, text)) {
      return false;
    }
    next();
    return true;
  }

  Token expect(Kind kind) {
    Token token = next();
    if (token.kind() != kind) {
      throw unexpected(token);
    }
    return token;
  }

  void expectOperator(String text) {
    Token token = next();
    if (!token.is(Kind.OPERATOR, text)) {
      throw new TemplateException(
          token.line(), "expected '" + text + "', found " + described(token));
    }
  }

  TemplateException unexpected(Token token) {
    return new TemplateException(token.line(), "unexpected " + described(token));
  }

  private static String described(Token token) {
    return switch (token.kind()) {
      case NAME, OPERATOR, INTEGER, FLOAT -> "'" + token.text() + "'";
      case STRING -> "a string";
      case DATA -> "text";
      case OUTPUT_BEGIN, TAG_BEGIN -> "the beginning of a tag";
      case OUTPUT_END, TAG_END -> "the end of the tag";
      case END -> "the end of the template";
    };
  }

  void enter() {
    if (++nesting > MAX_NESTING) {
      throw new TemplateException(peek().line(), "nested deeper than " + MAX_NESTING);
    }
  }

  void leave() {
    nesting--;
  }
}
