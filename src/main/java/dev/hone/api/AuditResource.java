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
    return audit.list(QueryNumber.of("limit", limit, 1, MOST));
  }
}
