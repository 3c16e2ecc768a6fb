package dev.hone.inference;

/** Turns the tokens of one answer into text as they come. */
public interface TokenText {
  /** For whoever looks at tokens alone. */
  TokenText NONE =
      new TokenText() {
        @Override
        public String push(int token) {
          return "";
        }

        @Override
        public String flush() {
          return "";
        }
      };

  /** What is complete now and was not before; empty while a character lacks bytes. */
  String push(int token);

  /** What is left at the end. */
  String flush();
}
