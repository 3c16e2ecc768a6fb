package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.hone.alignment.AnswerDraws.Draw;
import dev.hone.alignment.ppo.RewardModelGrader;
import dev.hone.model.Architecture;
import dev.hone.model.ChatFormat;
import dev.hone.model.Message;
import dev.hone.model.SmallModel;
import dev.hone.registry.RewardFolder;
import dev.hone.registry.RewardManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a reward model reads what a policy said. */
class RewardChoiceTest {
  private static final ChatFormat POLICY = ChatFormat.load(SmallModel.resource("golden/chat"));
  private static final List<Message> ASKED = List.of(new Message("user", "Explain plain words."));
  private static final String TEXT = "Words work in plain ink.";

  @TempDir Path folder;

  private ChatFormat other;

  @BeforeEach
  void makeTheOtherBase() throws IOException {
    OtherBase.writeTo(folder);
    other = ChatFormat.load(folder);
  }

  @Test
  void overAnotherBaseAnAnswerIsReadInThatOnesTokensAndEndsWhereItEnded() {
    int[] ended = POLICY.answer(TEXT);
    int[] cut = Arrays.copyOf(ended, ended.length - 1);
    var read =
        reader(/* ofPolicy= */ false).of(0, List.of(new Draw(ended, true), new Draw(cut, false)));

    assertThat(read.cut()).isZero();
    var asked = read.branches();
    assertThat(asked.prompt()).isEqualTo(other.prompt(ASKED)).isNotEqualTo(POLICY.prompt(ASKED));
    assertThat(asked.answers()[0]).isEqualTo(other.answer(TEXT)).isNotEqualTo(ended);
    assertThat(asked.answers()[1])
        .isEqualTo(other.tokenizer().encodePlain(TEXT))
        .doesNotContain(other.endOfTurn());
  }

  @Test
  void overThePolicysOwnBaseItsTokensAreReadAsTheyAre() {
    int[] cut = {70, 71, 72};
    var read = reader(/* ofPolicy= */ true).of(0, List.of(new Draw(cut, false))).branches();
    assertThat(read.prompt()).isEqualTo(POLICY.prompt(ASKED));
    assertThat(read.answers()[0]).containsExactly(cut);
  }

  @Test
  void anAnswerThatIsLongerThanItsWindowIsCutAndCounted() throws IOException {
    int[] tooLong = POLICY.answer("word ".repeat(Architecture.load(folder).maxPositions()));
    var fits = new Draw(POLICY.answer(TEXT), true);
    var read = reader(/* ofPolicy= */ false).of(0, List.of(new Draw(tooLong, true), fits));
    assertThat(read.cut()).isOne();
    var asked = read.branches();
    assertThat(asked.prompt().length + asked.answers()[0].length)
        .isEqualTo(Architecture.load(folder).maxPositions());
  }

  private RewardModelGrader.Asked reader(boolean ofPolicy) {
    var manifest =
        new RewardManifest(
            "rm-r1-0123abcd",
            "other",
            "hash",
            "r1",
            "hash",
            Map.of(),
            Map.of(),
            Map.of(),
            NullNode.getInstance(),
            new TreeMap<>(),
            "2026-01-01T00:00:00Z");
    var choice = new RewardChoice(new RewardFolder(folder, manifest), folder, ofPolicy);
    return choice.reader(Prompts.of(List.of(ASKED), POLICY, 100), POLICY);
  }
}
