/** A request that the server refused or that never reached it. */
export class RequestError extends Error {
  constructor(
    message: string,
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    /** The server's stable code, else ''. */
    readonly code: string,
    /** Seconds to wait, where the server said so. */
    readonly retryAfter: number | null,
  ) {
    super(message);
    this.name = 'RequestError';
  }

  /** Whether the same request may succeed later without being changed. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

let onUnauthorised: () => void = () => {};

/** Called whenever the server wants a sign-in. */
export function whenUnauthorised(listener: () => void): void {
  onUnauthorised = listener;
}

/** Sends a request and returns the response if its status is a success, else throws a RequestError. */
export async function request(path: string, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, options);
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new RequestError('The server cannot be reached.', 0, 'unreachable', null);
  }
  if (response.ok) return response;
  if (response.status === 401) onUnauthorised();
  throw await refusal(response);
}

export async function getJson<T>(path: string): Promise<T> {
  return sentJson<T>(path);
}

/** Sends a request and returns the JSON that comes back. */
export async function sentJson<T>(path: string, options: RequestInit = {}): Promise<T> {
  return jsonOf<T>(await request(path, options));
}

/** What was read, or the RequestError that came instead. */
export async function answerOf<T>(read: () => Promise<T>): Promise<T | RequestError> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof RequestError)) throw cause;
    return cause;
  }
}

export function jsonBody(method: string, body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** RFC 9457 problem details where the server sent them. */
async function refusal(response: Response): Promise<RequestError> {
  const seconds = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  const retryAfter = Number.isNaN(seconds) ? null : seconds;
  const problem = response.headers.get('Content-Type')?.includes('json')
    ? await jsonOf<{ title?: string; detail?: string; code?: string }>(response)
    : {};
  const message = problem.detail ?? problem.title ?? `The server answered ${response.status}.`;
  return new RequestError(message, response.status, problem.code ?? '', retryAfter);
}

/** What a response holds; one that breaks off, or is no JSON, is a RequestError too. */
async function jsonOf<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new RequestError("The server's answer cannot be read.", 0, 'unreadable', null);
  }
}
