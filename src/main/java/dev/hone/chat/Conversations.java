package dev.hone.chat;

import dev.hone.chat.ChatException.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** The page's conversations, each seen by its owner only. */
@ApplicationScoped
@Transactional
public class Conversations {
  private static final String UNTITLED = "New conversation";
  private static final int TITLE_LENGTH = 60;

  private final Clock clock = Clock.systemUTC();

  /** A conversation in the list. */
  public record Entry(UUID id, String title, Instant createdAt, Instant updatedAt) {
    private static Entry of(Conversation c) {
      return new Entry(c.id, c.title, c.createdAt, c.updatedAt);
    }
  }

  /** A conversation in full. */
  public record Content(UUID id, String title, List<Said> exchanges) {}

  /**
   * @param chosen id of the turn that the conversation goes on with; null while none is
   */
  public record Said(int position, String message, String chosen, List<Reply> turns) {}

  /**
   * One answer to a message.
   *
   * @param promptHash equal for answers to the same prompt
   * @param dropped how many of the oldest exchanges the model was not shown
   */
  public record Reply(
      String id,
      String text,
      String version,
      String finishReason,
      String promptHash,
      int dropped,
      Instant createdAt) {
    private static Reply of(Turn turn, int answeredBefore) {
      return new Reply(
          turn.id,
          turn.response,
          turn.version,
          turn.finishReason,
          turn.promptHash,
          answeredBefore - turn.exchangesShown(),
          turn.createdAt);
    }
  }

  /** The latest first. */
  public List<Entry> list(String owner) {
    return Conversation.ofOwner(owner).stream().map(Entry::of).toList();
  }

  public Entry create(String owner) {
    var conversation = new Conversation();
    conversation.id = UUID.randomUUID();
    conversation.owner = owner;
    conversation.title = UNTITLED;
    conversation.createdAt = clock.instant();
    conversation.updatedAt = conversation.createdAt;
    conversation.persist();
    return Entry.of(conversation);
  }

  public Entry rename(UUID id, String owner, String title) {
    var conversation = owned(id, owner);
    conversation.title = title;
    conversation.updatedAt = clock.instant();
    return Entry.of(conversation);
  }

  /** Takes it from its owner's sight. Turns stay, since votes refer to them. */
  public void delete(UUID id, String owner) {
    owned(id, owner).deletedAt = clock.instant();
  }

  public Content read(UUID id, String owner) {
    var conversation = owned(id, owner);
    var turns = Turn.of(id).stream().collect(Collectors.groupingBy(turn -> turn.exchange));
    var exchanges = new ArrayList<Said>();
    int answered = 0;
    for (var exchange : Exchange.of(id)) {
      var replies = new ArrayList<Reply>();
      for (Turn turn : turns.getOrDefault(exchange.position, List.of())) {
        replies.add(Reply.of(turn, answered));
      }
      exchanges.add(new Said(exchange.position, exchange.message, exchange.chosen, replies));
      // One without an answer is never sent, so it can't be missed by those after it.
      answered += replies.isEmpty() ? 0 : 1;
    }
    return new Content(id, conversation.title, exchanges);
  }

  /** Makes the conversation go on with one of the answers to a message. */
  public void choose(UUID id, String owner, int position, String turn) {
    owned(id, owner);
    var exchange = exchange(new Place(id, position));
    boolean answersIt =
        Turn.of(id).stream().anyMatch(t -> t.id.equals(turn) && t.exchange == position);
    if (!answersIt) {
      throw new ChatException(Reason.UNKNOWN_TURN, "No such answer to this message: " + turn);
    }
    exchange.chosen = turn;
  }

  /** Where the owner's next message goes. */
  Place next(UUID id, String owner) {
    owned(id, owner);
    return new Place(id, Exchange.of(id).size());
  }

  /** Writes a message down; the first names the conversation. */
  void begin(Place place, String message) {
    var exchange = new Exchange();
    exchange.conversation = place.conversation();
    exchange.position = place.position();
    exchange.message = message;
    exchange.createdAt = clock.instant();
    exchange.persist();
    Conversation conversation = Conversation.findById(place.conversation());
    conversation.updatedAt = exchange.createdAt;
    if (place.position() == 0 && conversation.title.equals(UNTITLED)) {
      conversation.title = title(message);
    }
  }

  /** Undoes {@link #begin} where nothing was started. */
  void retract(Place place) {
    Exchange.remove(place);
  }

  /** The message of the last exchange. */
  String last(Place place, String owner) {
    owned(place.conversation(), owner);
    var exchange = exchange(place);
    if (Exchange.of(place.conversation()).size() != place.position() + 1) {
      throw new ChatException(
          Reason.NOT_THE_LAST_EXCHANGE, "Only the last message can be answered anew.");
    }
    return exchange.message;
  }

  private static Conversation owned(UUID id, String owner) {
    return Conversation.ofOwner(id, owner)
        .orElseThrow(
            () -> new ChatException(Reason.UNKNOWN_CONVERSATION, "No such conversation: " + id));
  }

  private static Exchange exchange(Place place) {
    return Exchange.at(place)
        .orElseThrow(
            () ->
                new ChatException(
                    Reason.UNKNOWN_EXCHANGE,
                    "The conversation has no message at position " + place.position() + "."));
  }

  private static String title(String message) {
    String line = message.strip().lines().findFirst().orElse(UNTITLED);
    if (line.codePointCount(0, line.length()) <= TITLE_LENGTH) {
      return line;
    }
    return line.substring(0, line.offsetByCodePoints(0, TITLE_LENGTH - 1)).stripTrailing() + "…";
  }
}
