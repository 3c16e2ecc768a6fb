package dev.hone.alignment.ppo;

import dev.hone.model.LoraAdapter;
import java.util.List;

/** Lets a policy in training speak. */
public interface Rollouts extends AutoCloseable {
  /**
   * @param prompt which of the training's prompts
   */
  record Request(int prompt, int[] tokens, long seed) {}

  /**
   * Responses of the policy as it is; the same ones to the bit for the same weights and requests.
   *
   * @param between called while it goes on; may take its time, and ends it by throwing
   * @return in the requests' order
   */
  List<Response> draw(LoraAdapter policy, List<Request> requests, Runnable between);

  @Override
  void close();
}
