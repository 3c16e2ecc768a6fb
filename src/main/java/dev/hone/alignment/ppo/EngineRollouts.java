package dev.hone.alignment.ppo;

import dev.hone.inference.PolicySampler;
import dev.hone.inference.SampledAnswer;
import dev.hone.model.LoraAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rollouts by the inference engine's own batch.
 *
 * @param sampler closed with this
 */
public record EngineRollouts(PolicySampler sampler, PolicySampler.Drawing drawing)
    implements Rollouts {
  @Override
  public List<Response> draw(LoraAdapter policy, List<Request> requests, Runnable between) {
    sampler.use(Optional.of(policy));
    var prompts = requests.stream().map(Request::tokens).toList();
    long[] seeds = requests.stream().mapToLong(Request::seed).toArray();
    var answers = sampler.sample(prompts, seeds, drawing, _ -> between.run());
    var responses = new ArrayList<Response>();
    for (int i = 0; i < answers.size(); i++) {
      SampledAnswer answer = answers.get(i);
      responses.add(
          new Response(
              requests.get(i).prompt(), answer.tokens(), answer.ended(), answer.logProbs()));
    }
    return responses;
  }

  @Override
  public void close() {
    sampler.close();
  }
}
