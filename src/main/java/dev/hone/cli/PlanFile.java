package dev.hone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A plan that a person wrote down in YAML, of which JSON is a part. */
final class PlanFile {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private PlanFile() {}

  /**
   * @throws StartException where there is no such file
   * @throws ServerException if it is no YAML, or not one object; what that says is for the server
   *     to judge
   */
  static JsonNode read(Path file) {
    try {
      JsonNode plan = YAML.readTree(GivenFile.readable(file).toFile());
      if (!plan.isObject()) {
        throw new ServerException(
            "usage", file + " has no plan: a name, if wanted, and stages, each with its method");
      }
      return plan;
    } catch (JsonProcessingException e) {
      var location = e.getLocation();
      throw new ServerException(
          "usage",
          "%s is no YAML: %s at line %d"
              .formatted(
                  file, e.getOriginalMessage(), location == null ? 1 : location.getLineNr()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
