import { getJson, jsonBody, request, sentJson } from './http.ts';

export interface ConversationSummary {
  id: string;
  title: string;
  createdAt: string;
  updatedAt: string;
}

export interface StoredTurn {
  id: string;
  text: string;
  version: string;
  finishReason: string;
  /** Equal for answers to the same prompt. */
  promptHash: string;
  /** How many of the oldest exchanges the model was not shown. */
  dropped: number;
  createdAt: string;
}

export interface StoredExchange {
  position: number;
  message: string;
  /** Id of the turn that the conversation goes on with. */
  chosen: string | null;
  turns: StoredTurn[];
}

export interface StoredConversation {
  id: string;
  title: string;
  exchanges: StoredExchange[];
}

/** How many answers are drawn: two are compared blind. */
export type AnswerCount = 1 | 2;

const ROOT = '/api/conversations';

export const listConversations = (): Promise<ConversationSummary[]> => getJson(ROOT);

export async function createConversation(): Promise<ConversationSummary> {
  return sentJson<ConversationSummary>(ROOT, jsonBody('POST', {}));
}

export async function renameConversation(id: string, title: string): Promise<void> {
  await request(`${ROOT}/${id}`, jsonBody('PATCH', { title }));
}

export async function deleteConversation(id: string): Promise<void> {
  await request(`${ROOT}/${id}`, { method: 'DELETE' });
}

export const getConversation = (id: string): Promise<StoredConversation> => getJson(`${ROOT}/${id}`);

/** Opens the stream of answers to a new message. */
export function ask(id: string, text: string, answers: AnswerCount, signal: AbortSignal): Promise<Response> {
  return request(`${ROOT}/${id}/messages`, { ...jsonBody('POST', { text, answers }), signal });
}

/** Opens the stream of further answers to the last message. */
export function regenerate(id: string, position: number, answers: AnswerCount, signal: AbortSignal): Promise<Response> {
  const path = `${ROOT}/${id}/exchanges/${position}/regenerate`;
  return request(path, { ...jsonBody('POST', { answers }), signal });
}

/** Lets the conversation go on with this turn. */
export async function choose(id: string, position: number, turn: string): Promise<void> {
  await request(`${ROOT}/${id}/exchanges/${position}/choose`, jsonBody('POST', { turn }));
}
