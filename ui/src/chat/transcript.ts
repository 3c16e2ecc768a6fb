import type { StoredConversation, StoredExchange } from '../api/conversations.ts';
import type { StreamEvent } from '../api/events.ts';

/** One answer of the model; `finishReason` is null while it is being written. */
export interface Answer {
  id: string;
  text: string;
  version: string;
  finishReason: string | null;
  /** Equal for answers to the same prompt. */
  promptHash: string;
  /** How many of the oldest exchanges the model no longer saw. */
  dropped: number;
}

/** Why an exchange is not as the user wanted it. */
export interface Failure {
  message: string;
  code: string;
  /** Seconds to wait before another try, where the server said so. */
  retryAfter: number | null;
  /** The turn that could not be chosen; null where an answer could not be drawn. */
  wanted: string | null;
}

/** A user's message with every answer drawn for it. */
export interface Exchange {
  position: number;
  message: string;
  answers: Answer[];
  /** The answer that the conversation goes on with. */
  chosen: string | null;
  /** The answer looked at, where it is not the chosen one. */
  shown: string | null;
  /** Two answers to be compared blind, in the order shown, until one is picked. */
  comparing: [string, string] | null;
  /** Ids by the stream's index while answers are drawn; null before the stream started or after its end. */
  drawing: string[] | null;
  failure: Failure | null;
}

export interface Transcript {
  exchanges: Exchange[];
  /** waiting: asked, nothing came yet. */
  activity: 'idle' | 'waiting' | 'streaming';
}

/** What changes a transcript. `swapped` shows the second answer of a comparison as A. */
export type Change =
  | { type: 'loaded'; conversation: StoredConversation; swapped: boolean }
  | { type: 'asked'; message: string }
  | { type: 'redrawn' }
  | { type: 'streamed'; event: StreamEvent; swapped: boolean }
  | { type: 'stopped' }
  | { type: 'failed'; failure: Failure }
  | { type: 'chosen'; position: number; turn: string }
  | { type: 'shown'; position: number; turn: string };

export const EMPTY: Transcript = { exchanges: [], activity: 'idle' };

export function changed(transcript: Transcript, change: Change): Transcript {
  switch (change.type) {
    case 'loaded':
      return {
        exchanges: change.conversation.exchanges.map((stored) => restored(stored, change.swapped)),
        activity: 'idle',
      };
    case 'asked':
      return {
        exchanges: [...transcript.exchanges, asked(transcript.exchanges.length, change.message)],
        activity: 'waiting',
      };
    case 'redrawn':
      return { ...withLast(transcript, (last) => ({ ...last, failure: null, shown: null })), activity: 'waiting' };
    case 'streamed':
      return streamed(transcript, change.event, change.swapped);
    case 'stopped':
      return { ...withLast(transcript, (last) => ended(last, 'cancelled')), activity: 'idle' };
    case 'failed':
      return {
        ...withLast(transcript, (last) => ({ ...ended(last, 'error'), failure: change.failure })),
        activity: 'idle',
      };
    case 'chosen':
      return withExchange(transcript, change.position, (exchange) => ({
        ...exchange,
        chosen: change.turn,
        shown: null,
        comparing: null,
        failure: null,
      }));
    case 'shown':
      return withExchange(transcript, change.position, (exchange) => ({ ...exchange, shown: change.turn }));
  }
}

/** The answer to look at: the one leafed to, else the chosen one, else the newest. */
export function visibleAnswer(exchange: Exchange): Answer | undefined {
  const id = exchange.shown ?? exchange.chosen;
  return exchange.answers.find((answer) => answer.id === id) ?? exchange.answers.at(-1);
}

function asked(position: number, message: string): Exchange {
  return {
    position,
    message,
    answers: [],
    chosen: null,
    shown: null,
    comparing: null,
    drawing: null,
    failure: null,
  };
}

function restored(stored: StoredExchange, swapped: boolean): Exchange {
  const answers = stored.turns.map(({ createdAt: _, ...answer }) => answer);
  return {
    ...asked(stored.position, stored.message),
    answers,
    chosen: stored.chosen ?? (answers.length === 1 ? answers[0]!.id : null),
    comparing: undecided(answers, stored.chosen, swapped),
  };
}

/** The last two answers, if they were drawn together and neither was chosen. */
function undecided(answers: Answer[], chosen: string | null, swapped: boolean): [string, string] | null {
  const [first, second] = answers.slice(-2);
  if (first === undefined || second === undefined || completionOf(first) !== completionOf(second)) return null;
  return chosen === first.id || chosen === second.id ? null : ordered(first.id, second.id, swapped);
}

/** A turn's id is `<completion>-<choice>`; answers drawn together have the completion in common. */
function completionOf({ id }: Answer): string {
  return id.slice(0, id.lastIndexOf('-'));
}

function streamed(transcript: Transcript, event: StreamEvent, swapped: boolean): Transcript {
  switch (event.type) {
    case 'start':
      return {
        ...withLast(withoutReplaced(transcript, event.position), (last) => started(last, event, swapped)),
        activity: 'streaming',
      };
    case 'token':
      return withLast(transcript, (last) =>
        withAnswer(last, last.drawing?.[event.index], (answer) => ({ ...answer, text: answer.text + event.text })),
      );
    case 'notice':
      return withLast(transcript, (last) =>
        (last.drawing ?? []).reduce(
          (exchange, id) => withAnswer(exchange, id, (answer) => ({ ...answer, dropped: event.dropped })),
          last,
        ),
      );
    case 'finish':
      return finished(transcript, event.turn, event.finishReason);
    case 'error':
      return brokenOff(transcript, event);
  }
}

function started(last: Exchange, event: StreamEvent & { type: 'start' }, swapped: boolean): Exchange {
  const { version, promptHash } = event;
  const drawn = event.turns.map((id) => ({ id, text: '', version, finishReason: null, promptHash, dropped: 0 }));
  const [first, second] = event.turns;
  const blind = first !== undefined && second !== undefined;
  return {
    ...last,
    position: event.position,
    answers: [...last.answers, ...drawn],
    drawing: event.turns,
    chosen: blind ? last.chosen : (first ?? null),
    comparing: blind ? ordered(first, second, swapped) : null,
  };
}

/** Marks one answer as complete; when none is left being written, the exchange rests. */
function finished(transcript: Transcript, turn: string, finishReason: string): Transcript {
  const next = withLast(transcript, (last) => withAnswer(last, turn, (answer) => ({ ...answer, finishReason })));
  const writing = next.exchanges.at(-1)?.answers.some((answer) => answer.finishReason === null);
  if (writing) return next;
  return { ...withLast(next, (last) => ({ ...last, drawing: null })), activity: 'idle' };
}

/** Ends one answer that the model could not finish; another beside it goes on. */
function brokenOff(transcript: Transcript, { index, message, code }: StreamEvent & { type: 'error' }): Transcript {
  const turn = transcript.exchanges.at(-1)?.drawing?.[index];
  const failure = { message, code, retryAfter: null, wanted: null };
  const rest = turn === undefined ? transcript : finished(transcript, turn, 'error');
  return withLast(rest, (last) => {
    const answers = last.answers.filter(({ id, text }) => id !== turn || text !== '');
    return { ...last, answers, comparing: null, chosen: last.chosen === turn ? null : last.chosen, failure };
  });
}

/** Without the messages that the server never kept: their position is taken by the last one now. */
function withoutReplaced(transcript: Transcript, position: number): Transcript {
  const last = transcript.exchanges.at(-1);
  return { ...transcript, exchanges: transcript.exchanges.filter((each) => each === last || each.position < position) };
}

/** An exchange whose stream is over: answers without a word are left out, the others keep what came. */
function ended(exchange: Exchange, finishReason: string): Exchange {
  const answers = exchange.answers
    .filter((answer) => answer.finishReason !== null || answer.text !== '')
    .map((answer) => (answer.finishReason === null ? { ...answer, finishReason } : answer));
  const has = (id: string) => answers.some((answer) => answer.id === id);
  const comparable = exchange.comparing?.every(has) ?? false;
  return {
    ...exchange,
    answers,
    drawing: null,
    comparing: comparable ? exchange.comparing : null,
    chosen: exchange.chosen !== null && has(exchange.chosen) ? exchange.chosen : null,
  };
}

function ordered(first: string, second: string, swapped: boolean): [string, string] {
  return swapped ? [second, first] : [first, second];
}

function withLast(transcript: Transcript, change: (last: Exchange) => Exchange): Transcript {
  return withExchange(transcript, transcript.exchanges.at(-1)?.position, change);
}

function withExchange(
  transcript: Transcript,
  position: number | undefined,
  change: (exchange: Exchange) => Exchange,
): Transcript {
  const exchanges = transcript.exchanges.map((each) => (each.position === position ? change(each) : each));
  return { ...transcript, exchanges };
}

function withAnswer(exchange: Exchange, id: string | undefined, change: (answer: Answer) => Answer): Exchange {
  return { ...exchange, answers: exchange.answers.map((each) => (each.id === id ? change(each) : each)) };
}
