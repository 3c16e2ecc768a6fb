package dev.hone.alignment.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.model.SmallModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;

/** Numbers of src/test/python/ppo.py, by plain PyTorch in float64. */
final class Golden {
  static final double TOLERANCE = 1e-9;

  private Golden() {}

  static List<JsonNode> rows(String name) {
    try {
      var file = SmallModel.resource("golden/ppo/" + name + ".json").toFile();
      return List.of(new JsonMapper().readValue(file, JsonNode[].class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static double[] numbers(JsonNode array) {
    return IntStream.range(0, array.size()).mapToDouble(i -> array.get(i).asDouble()).toArray();
  }

  /** An array for each response. */
  static List<double[]> responses(JsonNode arrays) {
    return IntStream.range(0, arrays.size()).mapToObj(i -> numbers(arrays.get(i))).toList();
  }

  static int[] lengths(List<double[]> responses) {
    return responses.stream().mapToInt(response -> response.length).toArray();
  }

  static void assertClose(double actual, JsonNode expected) {
    assertThat(expected.isNumber()).isTrue();
    assertThat(actual).isCloseTo(expected.asDouble(), within(TOLERANCE));
  }

  static void assertClose(double[] actual, JsonNode expected) {
    assertThat(actual).isNotEmpty().containsExactly(numbers(expected), within(TOLERANCE));
  }
}
