package dev.hone.chat;

import dev.hone.inference.EngineBusyException;
import dev.hone.inference.EngineStoppedException;
import dev.hone.inference.ModelHost;
import dev.hone.inference.Priority;
import dev.hone.inference.ServedModel;
import dev.hone.registry.Versions;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Has the assistant answer a message of a conversation, once or twice for comparison. */
@ApplicationScoped
public class PageChat {
  private final Conversations conversations;
  private final TurnMemoryStore store;
  private final AssistantCalls assistant;
  private final ModelHost host;
  private final Versions versions;
  private final ChatConfig config;
  private final Lanes lanes = new Lanes();
  private final RandomGenerator random = new SecureRandom();

  PageChat(
      Conversations conversations,
      TurnMemoryStore store,
      AssistantCalls assistant,
      ModelHost host,
      Versions versions,
      ChatConfig config) {
    this.conversations = conversations;
    this.store = store;
    this.assistant = assistant;
    this.host = host;
    this.versions = versions;
    this.config = config;
  }

  /**
   * Writes a message down and starts its answers.
   *
   * @param answers 1, or 2 from the same prompt with different seeds
   * @param cancellation stops the answers; what they have so far is kept
   * @throws ChatException if there is no such conversation, or it is busy
   */
  public PageReply send(
      UUID id, String owner, String message, int answers, Cancellation cancellation) {
    conversations.next(id, owner); // no stranger waits for a lane
    Lanes.Lane lane = lanes.enter(id, config.busyPatience());
    boolean started = false;
    try {
      Place place = conversations.next(id, owner);
      ConversationMemory memory = remember(place, message);
      conversations.begin(place, message);
      PageReply reply;
      try {
        reply = start(memory, owner, message, answers, cancellation, lane);
      } catch (EngineBusyException | EngineStoppedException e) {
        conversations.retract(place);
        throw e;
      }
      started = true;
      return reply;
    } finally {
      if (!started) {
        lane.close();
      }
    }
  }

  /** Starts further answers to the last message. */
  public PageReply regenerate(Place place, String owner, int answers, Cancellation cancellation) {
    conversations.last(place, owner);
    Lanes.Lane lane = lanes.enter(place.conversation(), config.busyPatience());
    boolean started = false;
    try {
      String message = conversations.last(place, owner);
      ConversationMemory memory = remember(place, message);
      PageReply reply = start(memory, owner, message, answers, cancellation, lane);
      started = true;
      return reply;
    } finally {
      if (!started) {
        lane.close();
      }
    }
  }

  private ConversationMemory remember(Place place, String message) {
    ServedModel model = host.model(versions.active());
    List<ChatMessage> stored = new ArrayList<>(store.getMessages(place));
    stored.add(UserMessage.from(message));
    int room = Math.min(config.maxNewTokens(), model.contextWindow() / 2);
    return ConversationMemory.fit(place, model, config.systemPrompt(), stored, room);
  }

  private PageReply start(
      ConversationMemory memory,
      String owner,
      String message,
      int answers,
      Cancellation cancellation,
      Lanes.Lane lane) {
    String completion = Completions.freshId();
    long seed = random.nextLong();
    var requests = new ArrayList<AnswerRequest>();
    for (int choice = 0; choice < answers; choice++) {
      requests.add(
          new AnswerRequest(
              new AnswerRequest.Draw(completion, choice),
              owner,
              memory.prompt(),
              Completions.defaults(
                  memory.prompt().model(), config.maxNewTokens(), Seeds.ofChoice(seed, choice)),
              Priority.INTERACTIVE,
              true,
              Optional.of((Place) memory.id()),
              answers == 1));
    }
    return assistant.answer(memory, message, requests, cancellation, lane);
  }
}
