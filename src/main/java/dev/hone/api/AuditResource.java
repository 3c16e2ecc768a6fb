package dev.hone.api;

import dev.hone.registry.AuditLog;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;

/** What operators and rounds did, newest first. */
@Path("/api/audit")
@RunOnVirtualThread
public class AuditResource {
  private static final int MOST = 10_000;

  private final AuditLog audit;

  AuditResource(AuditLog audit) {
    this.audit = audit;
  }

  @GET
  public List<AuditLog.Entry> list(@QueryParam("limit") @DefaultValue("100") String limit) {
    return audit.list(number(limit));
  }

  private static int number(String limit) {
    if (!limit.matches("[1-9][0-9]{0,4}") || Integer.parseInt(limit) > MOST) {
      throw InvalidRequestException.wrong("limit", "must be a number from 1 to " + MOST);
    }
    return Integer.parseInt(limit);
  }
}
