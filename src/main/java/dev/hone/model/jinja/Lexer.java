package dev.hone.model.jinja;

import dev.hone.model.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens, with white space handled as transformers sets Jinja up: {@code
 * trim_blocks} (the line break behind a tag goes), {@code lstrip_blocks} (the indentation before a
 * tag goes), a single line break at the very end goes.
 */
final class Lexer {
  private static final Pattern BEGIN = Pattern.compile("\\{([{%#])([-+]?)");
  private static final Pattern RAW = Pattern.compile("\\{%[-+]?\\s*raw\\s*(-?)%\\}");
  private static final Pattern END_RAW =
      Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern END_COMMENT = Pattern.compile("([-+]?)#\\}");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Pattern NUMBER =
      Pattern.compile("\\d+(_\\d+)*((\\.\\d+)?[eE][+-]?\\d+|\\.\\d+)?");
  private static final Pattern STRING =
      Pattern.compile("'((?:[^'\\\\]|\\\\.)*+)'|\"((?:[^\"\\\\]|\\\\.)*+)\"", Pattern.DOTALL);
  private static final Pattern OPERATOR =
      Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+*/%~\\[\\](){}<>=.:|,;]");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private boolean lineStarting = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    return new Lexer(source).run();
  }

  private List<Token> run() {
    Matcher begin = BEGIN.matcher(source);
    while (begin.find(position)) {
      String kind = begin.group(1);
      data(begin.start(), begin.group(2), !kind.equals("{"));
      Matcher raw = RAW.matcher(source).region(begin.start(), source.length());
      if (kind.equals("#")) {
        advance(begin.end());
        comment();
      } else if (raw.lookingAt()) {
        advance(raw.end());
        behindTag(raw.group(1).equals("-"), false);
        raw();
      } else {
        advance(begin.end());
        boolean output = kind.equals("{");
        add(output ? Kind.OUTPUT_BEGIN : Kind.TAG_BEGIN, "");
        code(output);
      }
    }
    data(source.length(), "", false);
    add(Kind.END, "");
    return tokens;
  }

  /** Emits what lies before a tag, as far as the tag leaves it. */
  private void data(int end, String sign, boolean stripsIndentation) {
    String text = source.substring(position, end);
    String kept = text;
    if (sign.equals("-")) {
      kept = Text.own(text).stripped(null, false, true).value();
    } else if (stripsIndentation && !sign.equals("+")) {
      int lineStart = text.lastIndexOf('\n') + 1;
      boolean blank = text.substring(lineStart).chars().allMatch(Text::isSpace);
      if (blank && (lineStart > 0 || lineStarting)) {
        kept = text.substring(0, lineStart);
      }
    }
    if (!kept.isEmpty()) {
      add(Kind.DATA, kept);
    }
    advance(end);
  }

  private void comment() {
    Matcher end = END_COMMENT.matcher(source);
    if (!end.find(position)) {
      throw wrong("a comment does not end");
    }
    advance(end.end());
    behindTag(end.group(1).equals("-"), !end.group(1).equals("+"));
  }

  private void raw() {
    Matcher end = END_RAW.matcher(source);
    if (!end.find(position)) {
      throw wrong("raw does not end");
    }
    data(end.start(), end.group(1), true);
    advance(end.end());
    behindTag(end.group(2).equals("-"), !end.group(2).equals("+"));
  }

  private void behindTag(boolean allSpace, boolean lineBreak) {
    int end = position;
    if (allSpace) {
      while (end < source.length() && Text.isSpace(source.charAt(end))) {
        end++;
      }
    } else if (lineBreak && end < source.length() && source.charAt(end) == '\n') {
      end++;
    }
    advance(end);
  }

  private void code(boolean output) {
    String end = output ? "}}" : "%}";
    int open = 0;
    while (true) {
      while (position < source.length() && Text.isSpace(source.charAt(position))) {
        advance(position + 1);
      }
      if (position == source.length()) {
        throw wrong("a tag does not end");
      }
      char next = source.charAt(position);
      boolean signed = (next == '-' || next == '+') && source.startsWith(end, position + 1);
      if (open == 0 && (signed || source.startsWith(end, position))) {
        add(output ? Kind.OUTPUT_END : Kind.TAG_END, "");
        advance(position + (signed ? 3 : 2));
        behindTag(signed && next == '-', !output && !signed);
        return;
      }
      Token token = expressionToken();
      tokens.add(token);
      if (token.kind() == Kind.OPERATOR) {
        open += "([{".contains(token.text()) ? 1 : ")]}".contains(token.text()) ? -1 : 0;
      }
    }
  }

  private Token expressionToken() {
    Matcher matcher = NAME.matcher(source);
    if (at(matcher)) {
      return taken(Kind.NAME, matcher.group(), matcher.end());
    }
    if (at(matcher.usePattern(NUMBER))) {
      String digits = matcher.group().replace("_", "");
      Kind kind = matcher.group(2) == null ? Kind.INTEGER : Kind.FLOAT;
      return taken(kind, digits, matcher.end());
    }
    if (at(matcher.usePattern(STRING))) {
      String quoted = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      return taken(Kind.STRING, unescape(quoted), matcher.end());
    }
    if (at(matcher.usePattern(OPERATOR))) {
      return taken(Kind.OPERATOR, matcher.group(), matcher.end());
    }
    throw wrong("unexpected '" + source.charAt(position) + "'");
  }

  private boolean at(Matcher matcher) {
    return matcher.region(position, source.length()).lookingAt();
  }

  private Token taken(Kind kind, String text, int end) {
    Token token = new Token(kind, text, line);
    advance(end);
    return token;
  }

  private static final Pattern ESCAPE =
      Pattern.compile("\\\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", Pattern.DOTALL);

  private static String unescape(String quoted) {
    return ESCAPE
        .matcher(quoted)
        .replaceAll(
            escape -> {
              String code = escape.group(1) == null ? escape.group(2) : escape.group(1);
              if (code != null) {
                return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(code, 16)));
              }
              String plain =
                  switch (escape.group(3)) {
                    case "n" -> "\n";
                    case "t" -> "\t";
                    case "r" -> "\r";
                    case "b" -> "\b";
                    case "f" -> "\f";
                    case "0" -> "\0";
                    case "\n" -> "";
                    case "\\", "'", "\"" -> escape.group(3);
                    default -> escape.group();
                  };
              return Matcher.quoteReplacement(plain);
            });
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, line));
  }

  private void advance(int end) {
    if (end > position) {
      line += (int) source.substring(position, end).chars().filter(c -> c == '\n').count();
      lineStarting = source.charAt(end - 1) == '\n';
      position = end;
    }
  }

  private TemplateException wrong(String problem) {
    return new TemplateException(line, problem);
  }
}
