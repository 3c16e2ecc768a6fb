package dev.hone.alignment.reward;

import dev.hone.alignment.TokenPair;
import dev.hone.alignment.TokenRanking;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Pairs as rankings: all pairs of one prompt stand in one element of a batch where they compare
 * answers as one ranking does, so that an answer goes through the network once for all of them
 * (Ouyang et al. 2022, section 3.5). How far apart two ratings are says nothing here.
 */
public final class Rankings {
  /** Of one ranking: its answers go through the network at once. */
  private static final int MOST_ANSWERS = 9;

  private Rankings() {}

  /** A ranking for each prompt whose pairs are one, else one for each pair; each once. */
  public static List<TokenRanking> of(List<TokenPair> pairs) {
    Map<String, List<TokenPair>> byPrompt = new LinkedHashMap<>();
    for (TokenPair pair : pairs) {
      byPrompt.computeIfAbsent(pair.promptKey(), _ -> new ArrayList<>()).add(pair);
    }
    return once(byPrompt.values().stream().flatMap(ofPrompt -> ofOnePrompt(ofPrompt).stream()));
  }

  /** A ranking for each pair, whatever else its prompt has; each once. */
  static List<TokenRanking> apart(List<TokenPair> pairs) {
    return once(pairs.stream().map(TokenRanking::of));
  }

  private static List<TokenRanking> once(Stream<TokenRanking> rankings) {
    Map<String, TokenRanking> byKey = new LinkedHashMap<>();
    rankings.forEach(ranking -> byKey.putIfAbsent(ranking.key(), ranking));
    return List.copyOf(byKey.values());
  }

  /** Of two answers the one that was preferred. */
  private record Bout(IntBuffer chosen, IntBuffer rejected) {}

  private static List<TokenRanking> ofOnePrompt(List<TokenPair> pairs) {
    Set<Bout> bouts = new LinkedHashSet<>();
    Map<IntBuffer, Integer> wins = new LinkedHashMap<>();
    for (TokenPair pair : pairs) {
      var bout = new Bout(IntBuffer.wrap(pair.chosen()), IntBuffer.wrap(pair.rejected()));
      if (bouts.add(bout)) {
        wins.merge(bout.chosen, 1, Integer::sum);
        wins.merge(bout.rejected, 0, Integer::sum);
      }
    }
    if (wins.size() > MOST_ANSWERS || !isRanking(bouts, wins)) {
      return pairs.stream().map(TokenRanking::of).toList();
    }
    var answers = wins.keySet().stream().map(IntBuffer::array).toList();
    double[] ratings = wins.values().stream().mapToDouble(Integer::doubleValue).toArray();
    // Of a prompt that is cut, what leaves room for the longest answer.
    int[] prompt =
        pairs.stream()
            .map(TokenPair::prompt)
            .min(Comparator.comparingInt(tokens -> tokens.length))
            .orElseThrow();
    return List.of(TokenRanking.of(prompt, answers, ratings));
  }

  /** Whether the bouts are those of which the answer with more wins is the winner, all of them. */
  private static boolean isRanking(Set<Bout> bouts, Map<IntBuffer, Integer> wins) {
    int decided = 0;
    for (var one : wins.entrySet()) {
      for (var other : wins.entrySet()) {
        if (one.getValue() > other.getValue()) {
          if (!bouts.contains(new Bout(one.getKey(), other.getKey()))) {
            return false;
          }
          decided++;
        }
      }
    }
    return decided == bouts.size();
  }
}
