package dev.hone.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hone.feedback.FeedbackException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VoteJsonTest {
  private static final UUID ID = UUID.fromString("0c5bd2f4-60b5-4b0c-9a3e-6f3f4f1c2d10");

  @Test
  void readsEveryKind() {
    assertThat(
            read("{'kind':'rating','turn':'t','value':'up','reasons':['clear'],'comment':'é😀'}"))
        .isEqualTo(new Vote.Rating("t", Vote.Value.UP, List.of("clear"), "é😀"));
    assertThat(read("{'kind':'rating','turn':'t','value':'down'}"))
        .isEqualTo(new Vote.Rating("t", Vote.Value.DOWN, null, null));
    assertThat(read("{'kind':'comparison','turns':['a','b'],'choice':'bothBad'}"))
        .isEqualTo(new Vote.Comparison(List.of("a", "b"), Vote.Choice.BOTH_BAD));
    assertThat(read("{'kind':'ranking','turns':['a','b','c']}"))
        .isEqualTo(new Vote.Ranking(List.of("a", "b", "c")));
    assertThat(read("{'kind':'edit','turn':'t','text':'better'}"))
        .isEqualTo(new Vote.Edit("t", "better"));
    assertThat(read("{'kind':'withdrawal','feedback':'%s'}".formatted(ID)))
        .isEqualTo(new Vote.Withdrawal(ID));
  }

  @Test
  void writesWhatItReads() {
    for (Vote vote :
        List.of(
            new Vote.Rating("t", Vote.Value.UP, List.of("clear", "short"), "so \"it\" is"),
            new Vote.Rating("t", Vote.Value.DOWN, null, null),
            new Vote.Comparison(List.of("a", "b"), Vote.Choice.TIE),
            new Vote.Ranking(List.of("a", "b", "c")),
            new Vote.Edit("t", "line\nline"),
            new Vote.Withdrawal(ID))) {
      assertThat(VoteJson.parse(VoteJson.write(vote))).isEqualTo(vote);
    }
  }

  @Test
  void theUserIsNoPartOfTheVote() {
    var posted = VoteJson.read(bytes("{'user':'ada','kind':'edit','turn':'t','text':'better'}"));
    assertThat(posted.user()).isEqualTo(Optional.of("ada"));
    assertThat(posted.vote()).isEqualTo(new Vote.Edit("t", "better"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{ | not JSON",
        "[] | must be a JSON object",
        "{} | 'kind' is required, one of rating",
        "{'kind':null,'turn':'t','value':'up'} | 'kind' is required",
        "{'kind':'like','turn':'t'} | unknown kind 'like', expected one of rating",
        "{'kind':'rating','value':'up'} | 'turn' is required",
        "{'kind':'rating','turn':'t'} | 'value' is required",
        "{'kind':'rating','turn':'t','value':'UP'} | 'value' cannot be UP",
        "{'kind':'rating','turn':'t','value':1} | 'value' cannot be 1",
        "{'kind':'rating','turn':5,'value':'up'} | 'turn'",
        "{'kind':'rating','turn':['t'],'value':'up'} | 'turn' has the wrong type",
        "{'kind':'rating','turn':'t','value':'up','reasons':'clear'} | 'reasons'",
        "{'kind':'rating','turn':'t','value':'up','stars':5} | unknown field 'stars' in a rating",
        "{'kind':'edit','turn':'t','text':'x','choice':'a'} | unknown field 'choice' in a edit",
        "{'kind':'rating','turn':'t','value':'up','value':'down'} | Duplicate",
        "{'kind':'comparison','turns':['a','b'],'choice':'c'} | 'choice' cannot be c",
        "{'kind':'comparison','choice':'a'} | 'turns' is required",
        "{'kind':'comparison','turns':['a',null],'choice':'a'} | 'turns' is required",
        "{'kind':'withdrawal','feedback':'7'} | 'feedback' cannot be 7",
        "{'kind':'withdrawal'} | 'feedback' is required",
        "{'kind':'edit','turn':'t','text':'x','user':7} | 'user' must be a text",
        "{'kind':'edit','turn':'t','text':'x'} {} | not JSON",
      })
  void saysWhyItIsNotAVote(String json, String why) {
    var refused = refused(bytes(json));
    assertThat(refused.reason()).isEqualTo(Reason.MALFORMED_VOTE);
    assertThat(refused).hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{'kind':'comparison','turns':['a','a'],'choice':'a'} | 'turns' has 'a' more than once",
        "{'kind':'comparison','turns':['a'],'choice':'a'} | exactly 2 turns, has 1",
        "{'kind':'comparison','turns':['a','b','c'],'choice':'a'} | exactly 2 turns, has 3",
        "{'kind':'ranking','turns':['a']} | 2 to 8 turns, has 1",
        "{'kind':'ranking','turns':['1','2','3','4','5','6','7','8','9']} | 2 to 8 turns, has 9",
        "{'kind':'ranking','turns':['a','b','a']} | 'turns' has 'a' more than once",
        "{'kind':'edit','turn':'t','text':' \\n '} | 'text' must not be blank",
        "{'kind':'edit','turn':'t','text':'a\\u0000b'} | NUL",
        "{'kind':'rating','turn':'t','value':'up','comment':'\\ud83d'} | surrogate",
        "{'kind':'rating','turn':'t','value':'up','reasons':['a','a']} | more than once",
        "{'kind':'rating','turn':'t','value':'up','reasons':['']} | 'reasons' must not be blank",
        "{'kind':'rating','turn':'','value':'up'} | 'turn' must not be blank",
      })
  void saysWhyItCannotBeMeant(String json, String why) {
    var refused = refused(bytes(json));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_VOTE);
    assertThat(refused).hasMessageContaining(why);
  }

  @Test
  void boundsLengths() {
    var json = "{'kind':'edit','turn':'t','text':'%s'}".formatted("x".repeat(200_001));
    assertThat(refused(bytes(json))).hasMessageContaining("at most 200,000 characters");
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    var json = "{'kind':'edit','turn':'t','text':'é'}".replace('\'', '"');
    assertThat(refused(json.getBytes(StandardCharsets.ISO_8859_1)).reason())
        .isEqualTo(Reason.MALFORMED_VOTE);
  }

  private static Vote read(String json) {
    return VoteJson.read(bytes(json)).vote();
  }

  private static FeedbackException refused(byte[] body) {
    return catchThrowableOfType(FeedbackException.class, () -> VoteJson.read(body));
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
