package dev.hone.chat;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads what was said before a {@link Place} of a conversation from its stored turns. It never
 * writes: exchanges are written when a message comes, turns when an answer ends.
 */
@ApplicationScoped
class TurnMemoryStore implements ChatMemoryStore {
  /**
   * For each exchange its message and the answer that the conversation went on with: the chosen
   * one, else the first. An exchange without an answer was never part of what a model saw.
   */
  @Override
  @Transactional
  public List<ChatMessage> getMessages(Object memoryId) {
    Place place = (Place) memoryId;
    Map<Integer, List<Turn>> turns =
        Turn.of(place.conversation()).stream()
            .collect(Collectors.groupingBy(turn -> turn.exchange));
    var messages = new ArrayList<ChatMessage>();
    for (var exchange : Exchange.of(place.conversation())) {
      if (exchange.position >= place.position()) {
        break;
      }
      var answers = turns.getOrDefault(exchange.position, List.of());
      if (!answers.isEmpty()) {
        messages.add(UserMessage.from(exchange.message));
        messages.add(AiMessage.from(goesOnWith(exchange, answers).response));
      }
    }
    return messages;
  }

  private static Turn goesOnWith(Exchange exchange, List<Turn> answers) {
    var byId = answers.stream().collect(Collectors.toMap(turn -> turn.id, Function.identity()));
    return byId.getOrDefault(exchange.chosen, answers.getFirst());
  }

  @Override
  public void updateMessages(Object memoryId, List<ChatMessage> messages) {
    throw new UnsupportedOperationException("a conversation is written turn by turn");
  }

  @Override
  public void deleteMessages(Object memoryId) {
    throw new UnsupportedOperationException("stored turns are not forgotten");
  }
}
