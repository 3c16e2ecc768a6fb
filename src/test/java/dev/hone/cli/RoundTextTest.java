package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class RoundTextTest {
  @Test
  void aRoundOfAnEarlierReleaseHasNoWordOfItsStages() throws Exception {
    var round =
        new ObjectMapper()
            .readTree(
                """
                {"id": "r7", "state": "PUBLISHED", "parent": "base", "snapshot": {},
                 "plan": {"name": "dpo", "stages": [{"name": "dpo", "learnsFrom": "pairs"}]},
                 "metrics": {"steps": 8, "stages": null}}""");
    assertThat(RoundText.of(round).lines())
        .contains("  1. dpo learns from pairs", "metrics: steps 8");
  }

  @Test
  void saysWhatTheSnapshotHoldsOfEachKindThatThereIs() throws Exception {
    var text =
        RoundText.of(
            new ObjectMapper()
                .readTree(
                    """
                    {"id": "r7", "state": "GATE", "parent": "base", "settings": {},
                     "snapshot": {"sha256": "ab", "train": 8, "heldOut": 2, "dropped": {},
                      "unpaired": {"train": 5, "heldOut": 1, "dropped": {"owner-cap": 3}},
                      "demonstrations": {"train": 0, "heldOut": 0, "dropped": {}},
                      "mixture": "imported:1.0,votes:2.0"}}"""));

    assertThat(text.lines())
        .contains(
            "snapshot ab: 8 pairs to train on, 2 held out, dropped: none",
            "and 5 judgements of single answers to train on, 1 held out, dropped: owner-cap 3",
            "mixture of sources: imported:1.0,votes:2.0")
        .noneMatch(line -> line.contains("demonstrations"));
  }
}
