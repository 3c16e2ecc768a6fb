import { getJson, jsonBody, sentJson } from './http.ts';

export type Choice = 'a' | 'b' | 'tie' | 'bothBad';

/** What a user says about turns; `turns` of a comparison are in the order that was shown. */
export type Vote =
  | { kind: 'rating'; turn: string; value: 'up' | 'down'; reasons?: string[]; comment?: string }
  | { kind: 'comparison'; turns: [string, string]; choice: Choice }
  | { kind: 'ranking'; turns: string[] }
  | { kind: 'edit'; turn: string; text: string };

export type Withdrawal = { kind: 'withdrawal'; feedback: string };

/** A vote that the server has. */
export type StoredVote = Vote & { id: string; createdAt: string };

/** The votes of this owner on a conversation that count, oldest first. */
export const listVotes = (conversation: string): Promise<StoredVote[]> =>
  getJson(`/api/feedback?conversation=${conversation}`);

/** Posts a vote and returns its id; the same key is answered with the same id. */
export async function postFeedback(body: Vote | Withdrawal, idempotencyKey: string): Promise<string> {
  const options = jsonBody('POST', body, { 'Idempotency-Key': idempotencyKey });
  const { id } = await sentJson<{ id: string }>('/api/feedback', options);
  return id;
}
