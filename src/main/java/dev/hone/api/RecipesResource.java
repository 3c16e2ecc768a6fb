package dev.hone.api;

import dev.hone.loop.Plan;
import dev.hone.loop.Rounds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

/** The plans that a round can be started with by name. */
@Path("/api/recipes")
@RunOnVirtualThread
public class RecipesResource {
  private final Rounds rounds;

  RecipesResource(Rounds rounds) {
    this.rounds = rounds;
  }

  @GET
  public List<Plan> list() {
    return rounds.recipes();
  }
}
