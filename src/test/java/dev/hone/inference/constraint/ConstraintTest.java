package dev.hone.inference.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.hone.RealModel;
import dev.hone.inference.TokenSet;
import dev.hone.model.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever a model says, what it is let say is valid. */
class ConstraintTest {
  private static final int MOST_TOKENS = 3_000;
  private static final JsonMapper STRICT =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private final Vocabulary vocabulary = SmallVocabulary.create();

  @Test
  void everyFinishedAnswerOfAnyModelIsValidAgainstItsSchema() throws Exception {
    int finished = 0;
    for (int seed = 0; seed < 400; seed++) {
      var random = new SplittableRandom(seed);
      JsonNode schema = new RandomSchemas(random).next();
      var constraint = new Constraint(Grammars.schema(schema, false), vocabulary);
      Schema validator = REGISTRY.getSchema(schema);
      for (int answer = 0; answer < 5; answer++) {
        Optional<String> said = said(constraint, random);
        if (said.isEmpty()) {
          continue;
        }
        finished++;
        assertThat(
                validator.validate(
                    said.get(),
                    InputFormat.JSON,
                    context ->
                        context.executionConfig(config -> config.formatAssertionsEnabled(true))))
            .as("seed %d: %s against %s", seed, said.get(), schema)
            .isEmpty();
        assertThat(STRICT.readTree(said.get())).isNotNull();
      }
    }
    assertThat(finished).isGreaterThan(1_500);
  }

  @Test
  void anObjectOfAnyKindIsOneJsonObject() throws JsonProcessingException {
    var constraint = new Constraint(Grammars.object(), vocabulary);
    int finished = 0;
    for (int seed = 0; seed < 200; seed++) {
      Optional<String> said = said(constraint, new SplittableRandom(seed));
      if (said.isPresent()) {
        assertThat(STRICT.readTree(said.get()).isObject()).as(said.get()).isTrue();
        finished++;
      }
    }
    assertThat(finished).isGreaterThan(150);
  }

  /** The walk over the vocabulary's tree against each token's bytes, one by one. */
  @Test
  void theSetOfAllowedTokensIsWhatTheirBytesSay() {
    for (int seed = 0; seed < 30; seed++) {
      var random = new SplittableRandom(seed);
      var grammar = Grammars.schema(new RandomSchemas(random).next(), false);
      compare(
          new Constraint(grammar, vocabulary),
          SmallVocabulary.TOKENS,
          SmallVocabulary.END,
          random,
          150);
    }
  }

  @Test
  void theSameHoldsForARealVocabulary() {
    var tokenizer = Tokenizer.load(RealModel.folder());
    int end = tokenizer.id("<|im_end|>").orElseThrow();
    var real = new Vocabulary(tokenizer.spellings(), new int[] {end});
    for (int seed = 0; seed < 4; seed++) {
      var random = new SplittableRandom(seed);
      var grammar =
          seed == 0 ? Grammars.object() : Grammars.schema(new RandomSchemas(random).next(), false);
      compare(new Constraint(grammar, real), tokenizer.spellings(), end, random, 25);
    }
  }

  private static void compare(
      Constraint constraint, List<byte[]> tokens, int end, RandomGenerator random, int steps) {
    Position at = constraint.start();
    for (int step = 0; step < steps; step++) {
      var allowed = constraint.allowed(at);
      for (int token = 0; token < tokens.size(); token++) {
        boolean may = token == end ? at.isComplete() : follows(at, tokens.get(token));
        assertThat(allowed.contains(token)).as("token %d at step %d", token, step).isEqualTo(may);
      }
      int[] next = IntStream.range(0, tokens.size()).filter(allowed::contains).toArray();
      int drawn = next[random.nextInt(next.length)];
      if (drawn == end) {
        return;
      }
      at = constraint.after(at, drawn);
    }
  }

  private static boolean follows(Position from, byte[] bytes) {
    Position at = from;
    for (byte label : bytes) {
      at = at.next(label);
    }
    return bytes.length > 0 && !at.isDead();
  }

  /** Draws as a model does that likes to close what is open; empty if it is cut off. */
  private Optional<String> said(Constraint constraint, RandomGenerator random) {
    var text = new ByteArrayOutputStream();
    Position at = constraint.start();
    for (int drawn = 0; drawn < MOST_TOKENS; drawn++) {
      var allowed = constraint.allowed(at);
      assertThat(allowed.isEmpty()).as("dead end after %s", text).isFalse();
      int token = draw(allowed, random);
      if (token == SmallVocabulary.END) {
        return Optional.of(decoded(text.toByteArray()));
      }
      text.writeBytes(SmallVocabulary.TOKENS.get(token));
      at = constraint.after(at, token);
    }
    return Optional.empty();
  }

  private static int draw(TokenSet allowed, RandomGenerator random) {
    int[] tokens = IntStream.range(0, SmallVocabulary.SIZE).filter(allowed::contains).toArray();
    if (allowed.contains(SmallVocabulary.END) && random.nextInt(4) == 0) {
      return SmallVocabulary.END;
    }
    int[] closing = IntStream.of(tokens).filter(ConstraintTest::closes).toArray();
    boolean close = closing.length > 0 && random.nextInt(4) == 0;
    int[] from = close ? closing : tokens;
    return from[random.nextInt(from.length)];
  }

  private static boolean closes(int token) {
    return token == '"' || token == '}' || token == ']';
  }

  private static String decoded(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("what was said is not UTF-8", e);
    }
  }
}
