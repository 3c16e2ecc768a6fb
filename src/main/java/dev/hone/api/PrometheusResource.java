package dev.hone.api;

import dev.hone.loop.Rounds;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** What Prometheus reads. */
@Path("/metrics")
@RunOnVirtualThread
public class PrometheusResource {
  private final Rounds rounds;

  PrometheusResource(Rounds rounds) {
    this.rounds = rounds;
  }

  @GET
  @Produces("text/plain; version=0.0.4; charset=utf-8")
  public byte[] read() throws IOException {
    var gauges = rounds.running().map(RoundGauges::of).orElseGet(MetricSnapshots::of);
    var text = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(text, gauges, EscapingScheme.DEFAULT);
    return text.toByteArray();
  }
}
