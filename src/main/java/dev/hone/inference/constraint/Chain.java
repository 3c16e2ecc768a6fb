package dev.hone.inference.constraint;

import java.util.List;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;

/** Automata one after the other. */
final class Chain {
  private Chain() {}

  static Automaton of(Automaton... parts) {
    return Operations.concatenate(List.of(parts));
  }
}
