package dev.hone.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The description of OpenAI's routes, kept by hand and checked against them by a test. */
@Path("/v1/openapi.json")
public class OpenApiResource {
  private final byte[] document;

  OpenApiResource() {
    try (var file = OpenApiResource.class.getResourceAsStream("/openapi.json")) {
      document = file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public byte[] read() {
    return document;
  }
}
