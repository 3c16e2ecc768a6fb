package dev.hone.api;

import dev.hone.preference.Example.Kind;
import dev.hone.preference.Example.Pair;
import dev.hone.preference.Format;
import dev.hone.preference.ImportReport;
import dev.hone.preference.ImportReport.Rejected;
import dev.hone.preference.Importer;
import dev.hone.preference.Passage;
import dev.hone.preference.Preferences;
import dev.hone.preference.Preferences.ImportView;
import dev.hone.preference.RefusedImportException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Preferences in, out and counted. */
@Path("/api/preferences")
@RunOnVirtualThread
public class PreferencesResource {
  private static final String JSON_LINES = "application/x-ndjson";
  private static final int MAX_FILE_NAME = 1_000;
  private static final int MAX_OFFSET = 999_999_999;
  private static final int MAX_PAIRS = 500;

  private final Importer importer;
  private final Preferences preferences;
  private final Caller caller;

  PreferencesResource(Importer importer, Preferences preferences, Caller caller) {
    this.importer = importer;
    this.preferences = preferences;
    this.caller = caller;
  }

  /**
   * @param kind what the good lines are, {@code mixed} if they differ, null if there are none
   */
  public record Imported(
      int total,
      int imported,
      int duplicates,
      int rejectedCount,
      List<Rejected> rejected,
      String kind) {
    static Imported of(ImportReport report) {
      var kinds = report.kinds();
      String kind =
          switch (kinds.size()) {
            case 0 -> null;
            case 1 -> name(kinds.iterator().next());
            default -> "mixed";
          };
      return new Imported(
          report.total(),
          report.imported(),
          report.duplicates(),
          report.rejectedCount(),
          report.rejected(),
          kind);
    }
  }

  /** A strict import's problem, with the bad lines. */
  public record Refused(
      String type,
      String title,
      int status,
      String detail,
      String code,
      int total,
      int imported,
      int duplicates,
      int rejectedCount,
      List<Rejected> rejected) {
    static Refused of(RefusedImportException e) {
      var report = e.report();
      return new Refused(
          "about:blank",
          "Unprocessable Content",
          422,
          e.getMessage(),
          "bad_lines",
          report.total(),
          report.imported(),
          report.duplicates(),
          report.rejectedCount(),
          report.rejected());
    }
  }

  /** Counts by source, and the imports in their order. */
  public record Counts(
      Map<String, Long> pairs,
      Map<String, Long> unpaired,
      Map<String, Long> demonstrations,
      List<ImportView> imports) {}

  @GET
  public Counts counts() throws IOException {
    var summary = preferences.summary();
    return new Counts(
        summary.counts().get(Kind.PAIRS),
        summary.counts().get(Kind.UNPAIRED),
        summary.counts().get(Kind.DEMONSTRATIONS),
        summary.imports());
  }

  /** The body is kept in a file first: no transaction waits for a slow sender. */
  @POST
  @Path("import")
  @Consumes(MediaType.WILDCARD)
  public Response importFile(
      InputStream body,
      @QueryParam("format") @DefaultValue("trl") String format,
      @QueryParam("strict") @DefaultValue("false") String strict,
      @QueryParam("user") String user,
      @HeaderParam("X-File-Name") @DefaultValue("upload") String fileName)
      throws IOException {
    var source =
        new Importer.Source(
            caller.owner(user),
            fileName(fileName),
            one("format", format, Format.values()),
            one("strict", strict, Strictness.values()) == Strictness.TRUE);
    var received = Files.createTempFile("hone-import-", ".jsonl");
    try {
      Files.copy(body, received, StandardCopyOption.REPLACE_EXISTING);
      try (var in = new BufferedInputStream(Files.newInputStream(received))) {
        return Response.ok(Imported.of(importer.importFrom(in, source))).build();
      }
    } catch (RefusedImportException e) {
      return Response.status(422).type("application/problem+json").entity(Refused.of(e)).build();
    } finally {
      Files.delete(received);
    }
  }

  @GET
  @Path("export")
  @Produces(JSON_LINES)
  public Response export(@QueryParam("kind") @DefaultValue("pairs") String kind) {
    Kind wanted = one("kind", kind, Kind.values());
    StreamingOutput lines =
        out -> {
          var buffered = new BufferedOutputStream(out, 1 << 16);
          preferences.export(wanted, buffered);
          buffered.flush();
        };
    return Response.ok(lines)
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"%s.jsonl\"".formatted(name(wanted)))
        .build();
  }

  /**
   * Some of the pairs.
   *
   * @param total how many there are
   */
  public record PairList(long total, List<PairView> pairs) {}

  /**
   * A pair as it is looked at.
   *
   * @param prompt text, or messages with role and content, like the answers
   * @param provenance ids of the votes and turns, or import and line
   */
  public record PairView(
      String source, Object prompt, Object chosen, Object rejected, Object provenance) {
    static PairView of(Pair pair) {
      return new PairView(
          pair.provenance().source(),
          shown(pair.prompt()),
          shown(pair.chosen()),
          shown(pair.rejected()),
          pair.provenance());
    }

    private static Object shown(Passage passage) {
      return switch (passage) {
        case Passage.Text(var text) -> text;
        case Passage.Chat(var messages) -> messages;
      };
    }
  }

  /** The pairs in their order, a page at a time. */
  @GET
  @Path("pairs")
  public PairList pairs(
      @QueryParam("offset") @DefaultValue("0") String offset,
      @QueryParam("limit") @DefaultValue("50") String limit,
      @QueryParam("source") String source)
      throws IOException {
    var page =
        preferences.pairs(
            Optional.ofNullable(source).filter(s -> !s.isBlank()),
            QueryNumber.of("offset", offset, 0, MAX_OFFSET),
            QueryNumber.of("limit", limit, 1, MAX_PAIRS));
    return new PairList(page.total(), page.pairs().stream().map(PairView::of).toList());
  }

  /** A header holds ASCII only, so a name comes percent-encoded. */
  private static String fileName(String header) {
    String name;
    try {
      name = URLDecoder.decode(header, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw InvalidRequestException.wrong("X-File-Name", "must be percent-encoded");
    }
    if (name.length() > MAX_FILE_NAME || name.chars().anyMatch(Character::isISOControl)) {
      throw InvalidRequestException.wrong("X-File-Name", "is no name of a file");
    }
    return name;
  }

  private enum Strictness {
    TRUE,
    FALSE
  }

  private static <E extends Enum<E>> E one(String parameter, String value, E[] known) {
    return Arrays.stream(known)
        .filter(k -> name(k).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                InvalidRequestException.wrong(
                    parameter,
                    "must be one of "
                        + Arrays.stream(known)
                            .map(PreferencesResource::name)
                            .collect(Collectors.joining(", "))));
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
