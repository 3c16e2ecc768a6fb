package dev.hone.loop.export;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Steps as CSV: a header, then a line a step; a step that lacks a metric leaves it empty. The first
 * column is the stage where there are several.
 */
public final class StepTable {
  static final List<String> FIGURES = List.of("loss", "learningRate", "gradientNorm", "perSecond");

  /** As Hugging Face's trainers call them. */
  private static final Map<String, String> COLUMNS =
      Map.of(
          "learningRate", "learning_rate",
          "gradientNorm", "grad_norm",
          "perSecond", "examples_per_second");

  static final String STAGE = "stage";

  private static final String STEP = "step";

  private static final CsvMapper CSV =
      CsvMapper.builder()
          // Otherwise a name with a slash is quoted too.
          .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
          .build();

  private StepTable() {}

  /** The name of one of {@link #FIGURES} outside. */
  static String column(String figure) {
    return COLUMNS.getOrDefault(figure, figure);
  }

  /** Leaves {@code out} open. */
  public static void write(List<StepRow> rows, OutputStream out) throws IOException {
    Set<String> columns = new LinkedHashSet<>();
    if (rows.stream().anyMatch(row -> row.stage().isPresent())) {
      columns.add(STAGE);
    }
    columns.add(STEP);
    FIGURES.forEach(figure -> columns.add(column(figure)));
    rows.forEach(row -> columns.addAll(row.metrics().keySet()));
    var schema = CsvSchema.builder().addColumns(columns, CsvSchema.ColumnType.NUMBER_OR_STRING);
    try (var generator =
        CSV.writer(schema.build().withHeader())
            .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .writeValues(out)) {
      for (StepRow row : rows) {
        generator.write(cells(row));
      }
    }
  }

  private static Map<String, Object> cells(StepRow row) {
    Map<String, Object> cells = new LinkedHashMap<>();
    row.stage().ifPresent(stage -> cells.put(STAGE, stage));
    cells.put(STEP, row.step());
    row.figures().forEach((figure, value) -> cells.put(column(figure), value));
    cells.putAll(row.metrics());
    return cells;
  }
}
