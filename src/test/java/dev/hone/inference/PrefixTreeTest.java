package dev.hone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.model.CacheMemory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PrefixTreeTest {
  private static final int BLOCK = CacheMemory.BLOCK;

  private final PrefixTree tree = new PrefixTree(4);
  private final PrefixTree.Node v = tree.newRoot();
  private final PrefixTree.Node w = tree.newRoot();

  @Test
  void whatIsStoredIsFoundAsFarAsItIsTheSame() {
    store(v, tokens(1, 2, 3));
    assertThat(tree.longest(v, tokens(1, 2, 3, 4)).depth()).isEqualTo(3);
    assertThat(tree.longest(v, tokens(1, 2, 4)).length()).isEqualTo(2 * BLOCK);
    assertThat(tree.longest(v, tokens(2, 3)).depth()).isZero();
    assertThat(tree.longest(v, Arrays.copyOf(tokens(1, 2), 2 * BLOCK - 1)).depth()).isEqualTo(1);
    assertThat(tree.used()).isEqualTo(3);
  }

  @Test
  void aBeginningIsStoredOnce() {
    var first = store(v, tokens(1, 2));
    var second = store(v, tokens(1, 3));
    assertThat(tree.used()).isEqualTo(3);
    assertThat(second.blocks(2)[0]).isEqualTo(first.blocks(2)[0]);
    assertThat(second.blocks(1)[0]).isNotEqualTo(first.blocks(1)[0]);
  }

  @Test
  void versionsShareNothing() {
    store(v, tokens(1, 2));
    assertThat(tree.longest(w, tokens(1, 2)).depth()).isZero();
    store(w, tokens(1, 2));
    assertThat(tree.used()).isEqualTo(4);
    tree.forget(v);
    assertThat(tree.used()).isEqualTo(2);
    assertThat(tree.longest(v, tokens(1, 2)).depth()).isZero();
    assertThat(tree.longest(w, tokens(1, 2)).depth()).isEqualTo(2);
  }

  @Test
  void theLeafUnusedForLongestMakesRoomAndItsParentsAfterIt() {
    store(v, tokens(1, 2));
    store(v, tokens(3, 4));
    touch(v, tokens(1, 2));
    store(v, tokens(5));
    assertThat(tree.longest(v, tokens(1, 2)).depth()).isEqualTo(2);
    assertThat(tree.longest(v, tokens(3, 4)).depth()).isEqualTo(1);
    store(v, tokens(6));
    assertThat(tree.longest(v, tokens(3, 4)).depth()).isZero();
    assertThat(tree.longest(v, tokens(1, 2)).depth()).isEqualTo(2);
  }

  @Test
  void whatASequenceRefersToStaysAndSoDoesAllBeforeIt() {
    var held = tree.longest(v, tokens(1));
    tree.hold(held);
    held = tree.extend(held, tokens(1, 2, 3));
    store(v, tokens(7, 8));
    assertThat(tree.longest(v, tokens(1, 2, 3)).depth()).isEqualTo(3);
    assertThat(tree.longest(v, tokens(7, 8)).depth()).isEqualTo(1);
    held = tree.extend(held, tokens(1, 2, 3, 4, 5));
    assertThat(held.depth()).isEqualTo(4);
    assertThat(tree.longest(v, tokens(7)).depth()).isZero();
    tree.release(held);
    store(v, tokens(7, 8));
    assertThat(tree.longest(v, tokens(1, 2, 3)).depth()).isEqualTo(2);
  }

  @Test
  void whatIsInUseIsNotForgotten() {
    var held = tree.longest(v, tokens(1));
    tree.hold(held);
    tree.extend(held, tokens(1));
    assertThatThrownBy(() -> tree.forget(v)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void withoutRoomNothingIsStored() {
    var none = new PrefixTree(0);
    var root = none.newRoot();
    none.hold(root);
    assertThat(none.extend(root, tokens(1))).isSameAs(root);
    none.release(root);
    assertThat(none.used()).isZero();
  }

  private PrefixTree.Node store(PrefixTree.Node root, int[] tokens) {
    var known = tree.longest(root, tokens);
    tree.hold(known);
    var last = tree.extend(known, tokens);
    tree.release(last);
    return last;
  }

  private void touch(PrefixTree.Node root, int[] tokens) {
    var known = tree.longest(root, tokens);
    tree.hold(known);
    tree.release(known);
  }

  /** A block of each. */
  private static int[] tokens(int... each) {
    int[] tokens = new int[each.length * BLOCK];
    Arrays.setAll(tokens, i -> each[i / BLOCK]);
    return tokens;
  }
}
