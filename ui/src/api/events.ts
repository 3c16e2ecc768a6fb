/** What the server streams while it answers; the wire format of `/api/conversations/{id}/messages`. */
export type StreamEvent =
  | { type: 'start'; position: number; turns: string[]; version: string; promptHash: string }
  | { type: 'token'; index: number; text: string }
  | { type: 'notice'; dropped: number; text: string }
  | { type: 'finish'; index: number; turn: string; finishReason: string }
  | { type: 'error'; index: number; message: string; code: string };

const DONE = '[DONE]';

/** Splits a text/event-stream that arrives in arbitrary pieces into the data of its events. */
export class EventSplitter {
  private rest = '';

  /** The data of every event that this piece completed. */
  push(piece: string): string[] {
    const blocks = (this.rest + piece).replaceAll('\r\n', '\n').split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.map(dataOf).filter((data) => data !== '');
  }
}

function dataOf(block: string): string {
  return block
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length).replace(/^ /, ''))
    .join('\n');
}

/** The events of a response until `[DONE]`; throws if the stream ends before it. */
export async function* eventsOf(response: Response): AsyncGenerator<StreamEvent> {
  if (response.body === null) throw new StreamCutError();
  const splitter = new EventSplitter();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new StreamCutError(cause);
      });
      if (done) throw new StreamCutError();
      for (const data of splitter.push(value)) {
        if (data === DONE) return;
        yield JSON.parse(data) as StreamEvent;
      }
    }
  } finally {
    // Frees the connection when the consumer stops early; of a stream that failed the reader knows already.
    await reader.cancel().catch(() => undefined);
  }
}

/** The connection ended before the answer did. */
export class StreamCutError extends Error {
  constructor(cause?: unknown) {
    super('The connection to the server was cut.', { cause });
    this.name = 'StreamCutError';
  }
}
