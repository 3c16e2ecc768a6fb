package dev.hone.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an answer has said so far, as far as it decides what its next logits go through. */
final class Shaper {
  private final SamplingParams sampling;
  private final Steering steering;

  /** How often the answer has each token that it has; empty where nobody asks. */
  private final Map<Integer, Integer> counts;

  /** Tokens of prompt and answer; empty where nobody asks for them. */
  private final Set<Integer> said;

  private int answered;

  Shaper(GenerationRequest request) {
    this.sampling = request.sampling();
    this.steering = new Steering(sampling.constraint());
    this.counts = new HashMap<>();
    this.said = new HashSet<>();
    if (asksForRepetition()) {
      Arrays.stream(request.prompt()).forEach(said::add);
    }
  }

  private Shaper(Shaper other) {
    this.sampling = other.sampling;
    this.steering = other.steering.copy();
    this.counts = new HashMap<>(other.counts);
    this.said = new HashSet<>(other.said);
    this.answered = other.answered;
  }

  /** Tokens of the answer. */
  int answered() {
    return answered;
  }

  /** What the next token's logits go through. */
  Shaping next(int[] endTokens) {
    var edits = sampling.bias().edits(said, counts, answered, endTokens);
    return new Shaping(sampling.temperature(), steering.possible(edits), steering.allowed());
  }

  /**
   * The same, and what follows if the next tokens are these: as far as each may be drawn and none
   * ends the answer.
   *
   * @return at least one
   */
  List<Shaping> along(int[] tokens, int[] endTokens) {
    var shapings = new ArrayList<>(List.of(next(endTokens)));
    if (tokens.length == 0) {
      return shapings;
    }
    var ahead = new Shaper(this);
    for (int token : tokens) {
      if (ends(token, endTokens) || !mayFollow(shapings.getLast(), token)) {
        break;
      }
      ahead.follow(token);
      shapings.add(ahead.next(endTokens));
    }
    return shapings;
  }

  private static boolean mayFollow(Shaping shaping, int token) {
    return shaping.allowed().map(allowed -> allowed.contains(token)).orElse(true);
  }

  /** Whether the answer is over with that token. */
  boolean ends(int token, int[] endTokens) {
    return (!sampling.bias().ignoreEnd() || steering.constrained())
        && Arrays.stream(endTokens).anyMatch(end -> end == token);
  }

  /** The answer has one more token. */
  void follow(int token) {
    steering.follow(token);
    answered++;
    if (asksForCounts()) {
      counts.merge(token, 1, Integer::sum);
    }
    if (asksForRepetition()) {
      said.add(token);
    }
  }

  private boolean asksForCounts() {
    return sampling.bias().frequencyPenalty() != 0 || sampling.bias().presencePenalty() != 0;
  }

  private boolean asksForRepetition() {
    return sampling.bias().repetitionPenalty() != 1;
  }
}
