package dev.hone.preference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.model.Message;
import dev.hone.preference.Example.Pair;
import dev.hone.preference.PairLines.Entry;
import dev.hone.preference.PairLines.Entry.Bad;
import dev.hone.preference.PairLines.Entry.Good;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairLinesTest {
  @Test
  void keepsWhatAnImportWouldDrop() throws IOException {
    var same = "{'prompt':'a','chosen':'b','rejected':'b'}\n";
    assertThat(read(same + same + "{'prompt':'a','chosen':'','rejected':' '}"))
        .extracting(PairLinesTest::texts)
        .containsExactly(List.of("a", "b", "b"), List.of("a", "b", "b"), List.of("a", "", " "));
  }

  @Test
  void equalConversationsDifferInNothingButAreAPair() throws IOException {
    String conversation = "[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]";
    var entries = read("{'chosen':%s,'rejected':%s}".formatted(conversation, conversation));
    assertThat(entries.getFirst())
        .isInstanceOfSatisfying(
            Good.class,
            readable -> {
              assertThat(readable.pair().prompt())
                  .isEqualTo(new Passage.Chat(List.of(new Message("user", "a"))));
              assertThat(readable.pair().chosen()).isEqualTo(readable.pair().rejected());
            });
  }

  @Test
  void saysOfEachOtherLineWhyItIsNoPair() throws IOException {
    assertThat(read("\nno\n{'prompt':'a','completion':'b'}\n{'prompt':'a','chosen':'b'}\n"))
        .satisfiesExactly(
            entry -> unreadable(entry, 2, "not JSON"),
            entry -> unreadable(entry, 3, "not a pair"),
            entry -> unreadable(entry, 4, "'rejected' is missing"));
  }

  private static void unreadable(Entry entry, int line, String reason) {
    assertThat(entry)
        .isInstanceOfSatisfying(
            Bad.class,
            bad -> {
              assertThat(bad.line()).isEqualTo(line);
              assertThat(bad.reason()).contains(reason);
            });
  }

  private static List<String> texts(Entry entry) {
    Pair pair = ((Good) entry).pair();
    return List.of(text(pair.prompt()), text(pair.chosen()), text(pair.rejected()));
  }

  private static String text(Passage passage) {
    return ((Passage.Text) passage).text();
  }

  private static List<Entry> read(String text) throws IOException {
    byte[] bytes = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    var lines = new PairLines(new ByteArrayInputStream(bytes), Format.TRL);
    var entries = new ArrayList<Entry>();
    for (var entry = lines.next(); entry.isPresent(); entry = lines.next()) {
      entries.add(entry.get());
    }
    return entries;
  }
}
