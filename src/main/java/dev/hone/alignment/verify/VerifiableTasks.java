package dev.hone.alignment.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.alignment.TrainingException;
import dev.hone.model.Message;
import dev.hone.preference.DamagedFileException;
import dev.hone.preference.LineReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The tasks of a file of JSON lines.
 *
 * @param uncheckable lines that were left out since nothing here can check them, by instruction;
 *     {@code duplicate} for those that ask what a line before them does
 */
public record VerifiableTasks(List<VerifiableTask> tasks, Map<String, Integer> uncheckable) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  /**
   * Reads lines with {@code prompt}, a text or a list of messages, and {@code checks}; or those of
   * IFEval, with {@code instruction_id_list} and {@code kwargs}. The file may be packed by gzip.
   *
   * @throws TrainingException {@code bad_task}, naming the line, or the file where it is no text
   */
  public static VerifiableTasks read(Path file) {
    var tasks = new ArrayList<VerifiableTask>();
    Map<String, Integer> uncheckable = new TreeMap<>();
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      var lines = new LineReader(in, LineReader.MOST_BYTES);
      for (var line = lines.next(); line.isPresent(); line = lines.next()) {
        String where = "line %d of %s".formatted(line.get().number(), file);
        switch (line.get()) {
          case LineReader.Line.Good(_, var text) -> add(text, where, tasks, uncheckable);
          case LineReader.Line.Bad(_, var reason) ->
              throw new TrainingException("bad_task", where + ": " + reason);
        }
      }
      return new VerifiableTasks(List.copyOf(tasks), uncheckable);
    } catch (DamagedFileException e) {
      throw new TrainingException("bad_task", "%s: %s".formatted(file, e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(
      String line, String where, List<VerifiableTask> tasks, Map<String, Integer> uncheckable) {
    try {
      JsonNode read = JSON.readTree(line);
      tasks.add(new VerifiableTask(prompt(read.path("prompt")), checks(read)));
    } catch (Ifeval.UncheckableException e) {
      uncheckable.merge(e.getMessage(), 1, Integer::sum);
    } catch (MismatchedInputException e) {
      throw new TrainingException("bad_task", where + ": one object a line is wanted");
    } catch (JsonProcessingException e) {
      throw new TrainingException("bad_task", where + ": no JSON: " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      throw new TrainingException("bad_task", where + ": " + e.getMessage());
    }
  }

  private static List<Message> prompt(JsonNode prompt) {
    if (prompt.isTextual()) {
      return List.of(new Message("user", prompt.textValue()));
    }
    if (!prompt.isArray()) {
      throw new IllegalArgumentException("'prompt' must be a text or a list of messages");
    }
    List<Message> messages = list(prompt, new TypeReference<>() {}, "prompt");
    for (Message message : messages) {
      if (!Message.ROLES.contains(message.role())) {
        throw new IllegalArgumentException(
            "'role' cannot be '%s', only one of %s".formatted(message.role(), Message.ROLES));
      }
    }
    return messages;
  }

  private static List<AnswerCheck> checks(JsonNode task) throws Ifeval.UncheckableException {
    return task.hasNonNull("checks")
        ? list(task.get("checks"), new TypeReference<>() {}, "checks")
        : Ifeval.checks(task);
  }

  private static <T> List<T> list(JsonNode given, TypeReference<List<T>> type, String name) {
    try {
      List<T> read = JSON.treeToValue(given, type);
      if (read.contains(null)) {
        throw new IllegalArgumentException("'%s' must not have null in it".formatted(name));
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(words(e, name), e);
    }
  }

  /**
   * What is wrong, in the file's own words.
   *
   * @param name of the field that all of it is in
   */
  private static String words(JsonProcessingException e, String name) {
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          "there is no '%s', only %s"
              .formatted(unknown.getPropertyName(), unknown.getKnownPropertyIds());
      case InvalidTypeIdException unknown when unknown.getTypeId() == null ->
          "one of '%s' does not say which 'check' it is".formatted(name);
      case InvalidTypeIdException unknown ->
          "there is no check '%s'".formatted(unknown.getTypeId());
      case ValueInstantiationException bad
          when bad.getCause() instanceof IllegalArgumentException cause ->
          cause.getMessage();
      case InvalidFormatException bad when bad.getTargetType().isEnum() ->
          "'%s' cannot be '%s', only one of %s"
              .formatted(
                  field(bad, name),
                  bad.getValue(),
                  Arrays.toString(bad.getTargetType().getEnumConstants()).toLowerCase(Locale.ROOT));
      case JsonMappingException other ->
          "'%s' is missing, or not what it must be".formatted(field(other, name));
      default -> e.getOriginalMessage();
    };
  }

  /** The innermost that has a name. */
  private static String field(JsonMappingException e, String otherwise) {
    return e.getPath().stream()
        .map(JsonMappingException.Reference::getFieldName)
        .filter(Objects::nonNull)
        .reduce((_, inner) -> inner)
        .orElse(otherwise);
  }

  /** The same with the first task of each prompt alone. */
  public VerifiableTasks once() {
    Map<List<Message>, VerifiableTask> byPrompt = new LinkedHashMap<>();
    tasks.forEach(task -> byPrompt.putIfAbsent(task.prompt(), task));
    int again = tasks.size() - byPrompt.size();
    Map<String, Integer> leftOut = new TreeMap<>(uncheckable);
    if (again > 0) {
      leftOut.merge("duplicate", again, Integer::sum);
    }
    return new VerifiableTasks(List.copyOf(byPrompt.values()), leftOut);
  }

  /** The lines of a file of tasks, of which {@link #read} makes the same. */
  public static List<String> lines(List<VerifiableTask> tasks) {
    try {
      var lines = new ArrayList<String>();
      for (VerifiableTask task : tasks) {
        var line = JSON.createObjectNode();
        line.set("prompt", JSON.valueToTree(task.prompt()));
        var checks = line.putArray("checks");
        task.checks().forEach(check -> checks.add(JSON.<JsonNode>valueToTree(check)));
        lines.add(JSON.writeValueAsString(line));
      }
      return lines;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a task cannot be written", e);
    }
  }
}
