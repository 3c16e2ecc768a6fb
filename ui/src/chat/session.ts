import {
  type AnswerCount,
  ask,
  choose,
  createConversation,
  getConversation,
  regenerate,
} from '../api/conversations.ts';
import { eventsOf, StreamCutError } from '../api/events.ts';
import { RequestError } from '../api/http.ts';
import { keepDraft } from './draft.ts';
import { type Change, changed, EMPTY, type Failure, type Transcript, visibleAnswer } from './transcript.ts';

/** Whether the stored conversation is here. */
export type Loading = { state: 'loading' } | { state: 'here' } | { state: 'failed'; error: RequestError };

export interface SessionState {
  /** Null until the first message is sent. */
  id: string | null;
  loading: Loading;
  transcript: Transcript;
}

/**
 * One conversation that is open in this page: its transcript and the stream that is writing into
 * it. It outlives the component that shows it, so an answer goes on while the reader is elsewhere.
 */
export class ChatSession {
  private state: SessionState;
  private readonly listeners = new Set<() => void>();
  private stream: AbortController | null = null;

  constructor(
    id: string | null,
    private readonly onCreated: (session: ChatSession, id: string) => void,
    /** Hears of what the list of conversations shows: the title, the order. */
    private readonly onChanged: () => void,
  ) {
    this.state = { id, loading: { state: id === null ? 'here' : 'loading' }, transcript: EMPTY };
    if (id !== null) void this.load();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): SessionState => this.state;

  /** Takes the conversation as the server has it. */
  async load(): Promise<void> {
    const { id } = this.state;
    if (id === null) return;
    try {
      const conversation = await getConversation(id);
      this.change({ type: 'loaded', conversation, swapped: coin() });
      this.set({ loading: { state: 'here' } });
    } catch (error) {
      this.set({ loading: { state: 'failed', error: asRequestError(error) } });
    }
  }

  /** Sends a message and draws one answer, or two to compare. */
  async ask(message: string, answers: AnswerCount): Promise<void> {
    if (this.busy()) return;
    const undecided = this.undecided();
    this.change({ type: 'asked', message });
    await this.draw(async (signal) => {
      const id = await this.ensureCreated();
      if (undecided !== null) await choose(id, undecided.position, undecided.turn);
      return ask(id, message, answers, signal);
    });
  }

  /** Draws further answers to the last message. */
  async regenerate(answers: AnswerCount): Promise<void> {
    const last = this.state.transcript.exchanges.at(-1);
    const { id } = this.state;
    if (this.busy() || last === undefined || id === null) return;
    this.change({ type: 'redrawn' });
    await this.draw((signal) => regenerate(id, last.position, answers, signal));
  }

  /**
   * Tries again what failed in the last exchange. The server may have kept the message although no
   * answer came through, so it is asked first: a message must not be stored twice.
   */
  async retry(answers: AnswerCount): Promise<void> {
    const last = this.state.transcript.exchanges.at(-1);
    if (this.busy() || last === undefined) return;
    if (last.failure?.wanted != null) return this.choose(last.position, last.failure.wanted);
    this.change({ type: 'redrawn' });
    await this.draw(async (signal) => {
      const id = await this.ensureCreated();
      const kept = (await getConversation(id)).exchanges.some(({ position }) => position === last.position);
      return kept ? regenerate(id, last.position, answers, signal) : ask(id, last.message, answers, signal);
    });
  }

  /** Ends the answers being written; what came so far stays. */
  stop(): void {
    this.stream?.abort();
  }

  /** Lets the conversation go on with this turn. */
  async choose(position: number, turn: string): Promise<void> {
    const { id } = this.state;
    if (id === null) return;
    this.change({ type: 'chosen', position, turn });
    try {
      await choose(id, position, turn);
    } catch (error) {
      this.change({ type: 'failed', failure: failureOf(error, turn) });
    }
  }

  /** Looks at another answer of an exchange; in the last one the conversation goes on with it. */
  show(position: number, turn: string): void {
    const last = this.state.transcript.exchanges.at(-1);
    if (last?.position === position) void this.choose(position, turn);
    else this.change({ type: 'shown', position, turn });
  }

  private async draw(open: (signal: AbortSignal) => Promise<Response>): Promise<void> {
    const stream = new AbortController();
    this.stream = stream;
    const swapped = coin();
    try {
      for await (const event of eventsOf(await open(stream.signal))) {
        this.change({ type: 'streamed', event, swapped });
        if (event.type === 'start') this.onChanged();
      }
    } catch (error) {
      if (stream.signal.aborted) this.change({ type: 'stopped' });
      else this.fail(error);
    } finally {
      this.stream = null;
    }
  }

  private fail(error: unknown): void {
    const message = this.state.transcript.exchanges.at(-1)?.message;
    if (error instanceof RequestError && error.status === 401 && message !== undefined) keepDraft(message);
    this.change({ type: 'failed', failure: failureOf(error, null) });
  }

  private async ensureCreated(): Promise<string> {
    if (this.state.id !== null) return this.state.id;
    const { id } = await createConversation();
    this.set({ id });
    this.onCreated(this, id);
    return id;
  }

  /** The answer looked at in a last exchange for which none was chosen. */
  private undecided(): { position: number; turn: string } | null {
    const last = this.state.transcript.exchanges.at(-1);
    if (last === undefined || last.chosen !== null) return null;
    const answer = visibleAnswer(last);
    return answer === undefined ? null : { position: last.position, turn: answer.id };
  }

  private busy(): boolean {
    return this.stream !== null;
  }

  private change(change: Change): void {
    this.set({ transcript: changed(this.state.transcript, change) });
  }

  private set(part: Partial<SessionState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

/** One fair bit: which of two answers is shown as A must not follow from the order they were drawn in. */
function coin(): boolean {
  return (crypto.getRandomValues(new Uint8Array(1))[0]! & 1) === 1;
}

function failureOf(error: unknown, wanted: string | null): Failure {
  const { message, code, retryAfter } = asRequestError(error);
  return { message, code, retryAfter, wanted };
}

function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof StreamCutError) return new RequestError(error.message, 0, 'cut', null);
  console.error(error);
  return new RequestError(`The page failed: ${String(error)}`, 0, 'page', null);
}
