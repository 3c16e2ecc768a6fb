package dev.hone.loop.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepTableTest {
  @Test
  void aStepWithoutAMetricLeavesItEmpty() throws IOException {
    assertThat(
            table(
                step(1, "{\"rewards/margins\":0.1}"),
                step(2, "{\"rewards/margins\":0.2,\"eval/accuracy\":0.75}")))
        .isEqualTo(
            """
            step,loss,learning_rate,grad_norm,examples_per_second,rewards/margins,eval/accuracy
            1,0.6,1.0E-4,2.5,4.0,0.1,
            2,0.6,1.0E-4,2.5,4.0,0.2,0.75
            """);
  }

  @Test
  void whereThereAreStagesTheyAreTheFirstColumn() throws IOException {
    String second = step(1, "{}").replace("{\"step\"", "{\"stage\":2,\"step\"");
    assertThat(table(step(1, "{}").replace("{\"step\"", "{\"stage\":1,\"step\""), second))
        .isEqualTo(
            """
            stage,step,loss,learning_rate,grad_norm,examples_per_second
            1,1,0.6,1.0E-4,2.5,4.0
            2,1,0.6,1.0E-4,2.5,4.0
            """);
  }

  @Test
  void namesThatWouldBeTakenApartAreQuoted() throws IOException {
    assertThat(table(step(1, "{\"a \\\"b\\\", c\":1,\"d\\ne\":2}")))
        .isEqualTo(
            """
            step,loss,learning_rate,grad_norm,examples_per_second,"a ""b"", c","d
            e"
            1,0.6,1.0E-4,2.5,4.0,1.0,2.0
            """);
  }

  @Test
  void whatIsNoNumberSaysSo() throws IOException {
    assertThat(table(step(1, "{\"kl\":\"NaN\"}"))).endsWith("\n1,0.6,1.0E-4,2.5,4.0,NaN\n");
  }

  @Test
  void beforeTheFirstStepThereIsAHeader() throws IOException {
    assertThat(table()).isEqualTo("step,loss,learning_rate,grad_norm,examples_per_second\n");
  }

  private static String step(int step, String metrics) {
    return "{\"step\":%d,\"steps\":2,\"loss\":0.6,\"learningRate\":1e-4,\"gradientNorm\":2.5,\"perSecond\":4,\"metrics\":%s}"
        .formatted(step, metrics);
  }

  private static String table(String... lines) throws IOException {
    var json = new ObjectMapper();
    List<StepRow> rows = new ArrayList<>();
    for (String line : lines) {
      rows.add(StepRow.of(json.readTree(line)));
    }
    var out = new ByteArrayOutputStream();
    StepTable.write(rows, out);
    return out.toString(UTF_8);
  }
}
